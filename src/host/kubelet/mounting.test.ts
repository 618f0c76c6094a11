import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from './environment.ts';
import { engineMounts, ownPlaces } from './mounting.ts';
import type { HostedPod, Volume } from './shapes.ts';
import { MountError } from './volumes/files.ts';

const top = mkdtempSync(join(tmpdir(), 'davit-mounting-'));
after(() => rmSync(top, { recursive: true }));
const [home, elsewhere] = [join(top, 'home'), join(top, 'elsewhere')];

const claim = (name: string, claimName: string, more: object = {}): Volume => ({
  name,
  persistentVolumeClaim: { claimName, ...more },
});

const volumes: readonly Volume[] = [
  { name: 'empty', emptyDir: {} },
  { name: 'config', configMap: { name: 'c' } },
  { name: 'secret', secret: { secretName: 's' } },
  { name: 'downward', downwardAPI: {} },
  { name: 'projected', projected: {} },
  claim('ours', 'ours'),
  claim('read', 'ours', { readOnly: true }),
  claim('theirs', 'theirs'),
  claim('data', 'data'),
  { name: 'host', hostPath: { path: elsewhere } },
];

const places = new Map<string, string>([
  ...volumes.map(({ name }) => [name, join(home, 'pods', 'uid', 'volumes', name)] as const),
  ['ours', join(home, 'volumes', 'team-ours-1')],
  ['read', join(home, 'volumes', 'team-ours-1')],
  ['theirs', elsewhere],
  ['data', home],
  ['host', elsewhere],
]);
for (const place of places.values()) mkdirSync(place, { recursive: true, mode: 0o700 });

const pod: HostedPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'one', namespace: 'team' },
  spec: { containers: [], volumes },
};

const mountsFor = (
  volumeMounts: readonly { name: string; subPath?: string; readOnly?: boolean }[],
  allowHostPaths = false,
): ReturnType<typeof engineMounts> => {
  const mounted = volumeMounts.map((one, at) => ({ ...one, mountPath: `/${at}` }));
  return engineMounts(pod, { name: 'main', volumeMounts: mounted }, places, {}, { home, allowHostPaths });
};

test('what Davit writes is read by containers alone, whatever their pod says', () => {
  for (const name of ['config', 'secret', 'downward', 'projected', 'read']) {
    assert.equal(mountsFor([{ name, readOnly: false }])[0]?.readOnly, true, name);
  }
  for (const name of ['empty', 'ours']) {
    assert.equal(mountsFor([{ name }])[0]?.readOnly, undefined, name);
    assert.equal(mountsFor([{ name, readOnly: true }])[0]?.readOnly, true, name);
    assert.equal(statSync(places.get(name) ?? '').mode & 0o777, 0o777, name);
  }
});

test('folders of the machine take leave, also those of a persistent volume', () => {
  for (const name of ['host', 'theirs', 'data']) {
    const refused = (error: unknown): boolean =>
      error instanceof ConfigError && /--allow-host-processes/.test(error.message);
    assert.throws(() => mountsFor([{ name }]), refused, name);
    assert.equal(mountsFor([{ name }], true)[0]?.source, places.get(name), name);
  }
  assert.equal(statSync(elsewhere).mode & 0o777, 0o700);
});

test('a part of a volume is mounted without links on its way, and is looked at again where containers write', () => {
  const place = places.get('empty') ?? '';
  mkdirSync(join(place, 'real'));
  symlinkSync('real', join(place, 'link'));
  assert.deepEqual(mountsFor([{ name: 'empty', subPath: 'link' }]), [
    { at: '/0', source: join(place, 'real'), unsteady: true },
  ]);
  assert.equal(mountsFor([{ name: 'config', subPath: 'a' }])[0]?.unsteady, undefined);
  symlinkSync(elsewhere, join(place, 'out'));
  assert.throws(() => mountsFor([{ name: 'empty', subPath: 'out' }]), MountError);
});

test('models come from volumes of Davit’s, and go to those that may be written to', () => {
  const volumeMounts = ['empty', 'config', 'ours', 'read', 'theirs', 'data', 'host', 'secret'].map(
    (name, at) => ({
      name,
      mountPath: `/${at}`,
      ...(name === 'empty' && { readOnly: true }),
    }),
  );
  const { sources, destinations } = ownPlaces(pod, { name: 'main', volumeMounts }, places, home);
  const named = (names: readonly string[]): unknown => names.map(name => places.get(name));
  assert.deepEqual(sources, named(['empty', 'config', 'ours', 'read', 'secret']));
  assert.deepEqual(destinations, named(['ours']));
});
