import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReference } from './pulls.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test('images of registries have names', () => {
  for (const image of [
    'ubuntu',
    'ubuntu:24.04',
    'docker:dind',
    'kserve/sklearnserver:v0.20.0',
    'docker.io/library/ubuntu:latest',
    'localhost/bb:1',
    'localhost:5000/a/b__c-d.e:tag_1.2-x',
    '10.0.0.1:5000/a',
    'REGISTRY.example.com:443/a/b',
    `ghcr.io/a/b@${digest}`,
    `ghcr.io/a/b:1@${digest}`,
    'ko.local/serving/cmd/queue-39be6f1d08a095bd076a71d288d295b6:1',
    'e4862383fcf7',
  ]) {
    assert.ok(isReference(image), image);
  }
});

test('files of this machine, options and other transports are none', () => {
  for (const image of [
    '',
    '--privileged',
    '-v',
    '/etc/passwd',
    './x.tar',
    '../x',
    'docker-archive:/home/me/x.tar',
    'docker-archive:x.tar:ubuntu:latest',
    'docker-archive:home/me/x.tar',
    'oci-archive:/x.tar',
    'oci:/x',
    'oci:x/y',
    'dir:/x',
    'dir:x/y',
    'dir:x',
    'OCI:x',
    'docker-daemon:ubuntu:latest',
    'docker://ubuntu',
    'containers-storage:ubuntu/x',
    'containers-storage:[overlay@/x]ubuntu',
    'a//b',
    'a/../b',
    'a:b:c',
    'a@sha256:b',
    'a/b:80/c',
    'a b',
    'a\nb',
    'ubuntu\n',
    `a${'/b'.repeat(300)}`,
  ]) {
    assert.ok(!isReference(image), image);
  }
});

test('a long text is judged at once', () => {
  const began = performance.now();
  for (const image of [
    'a'.repeat(512),
    `${'a-'.repeat(250)}!`,
    `${'a.'.repeat(250)}!`,
    `${'a_'.repeat(250)}/`,
  ])
    isReference(image);
  assert.ok(performance.now() - began < 1000);
});
