import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import { credentialOf, readPlugin } from './execplugin.ts';
import { readContext } from './kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-exec-'));
after(() => rmSync(folder, { recursive: true }));

const apiVersion = 'client.authentication.k8s.io/v1';

/** A program that says what its first argument is, `$WORD` and `$KUBERNETES_EXEC_INFO` in it. */
const program = join(folder, 'program');
writeFileSync(program, '#!/bin/sh\neval "printf \'%s\' \\"$1\\""\nexit "${2:-0}"\n', { mode: 0o755 });

function says(text: string, status = '0'): ReturnType<typeof credentialOf> {
  const env = [{ name: 'WORD', value: 'from the file' }];
  const exec = { apiVersion, command: './program', args: [text.replaceAll('"', '\\"'), status], env };
  const plugin = readPlugin(exec, folder);
  assert.ok(typeof plugin === 'object');
  return credentialOf(plugin, { PATH: process.env['PATH'] });
}

function fails(words: RegExp): (error: unknown) => boolean {
  return error => error instanceof CodedError && error.code === 'exec-failed' && words.test(error.message);
}

test('a program says a token, or a certificate with its key', () => {
  assert.deepEqual(says('{"status":{"token":"$WORD"}}'), { token: 'from the file' });
  assert.deepEqual(says('{"status":{"clientCertificateData":"c","clientKeyData":"k"}}'), {
    certificate: 'c',
    key: 'k',
  });
});

test('what is no credential is told', () => {
  assert.throws(() => says('{"status":{}}'), fails(/names no token/));
  assert.throws(() => says('{"status":{"clientCertificateData":"c"}}'), fails(/names no token/));
  assert.throws(() => says('hello'), fails(/no JSON/));
  assert.throws(() => says('', '3'), fails(/status 3/));
  const absent = { apiVersion, command: join(folder, 'absent'), args: [], env: {} };
  assert.throws(() => credentialOf(absent, {}), fails(/ENOENT/));
});

test('what names no program is told', () => {
  assert.match(readPlugin({ apiVersion: 'v9', command: 'a' }, '/') as string, /found "v9", expected client/);
  assert.match(readPlugin({ apiVersion }, '/') as string, /expected a program/);
});

test('a kubeconfig that names a program is good where programs may be started', () => {
  const file = join(folder, 'kubeconfig');
  const exec = { apiVersion, command: './program', args: ['{\\"status\\":{\\"token\\":\\"t\\"}}'] };
  writeFileSync(
    file,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'c', user: { exec } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
    }),
  );
  assert.equal(readContext({ files: [file], env: { PATH: process.env['PATH'] } }).token, 't');
  assert.throws(() => readContext({ files: [file] }), /starts no program to log in/);
});
