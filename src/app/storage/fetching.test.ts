import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fetchPairs } from './fetching.ts';

const top = mkdtempSync(join(tmpdir(), 'davit-fetching-'));
const [volume, outside] = [join(top, 'volumes', 'one'), join(top, 'outside')];
/** What happens when the model is asked for. */
let meanwhile = (): void => {};
const server = createServer((_, response) => {
  meanwhile();
  response.end('the model');
});

before(async () => {
  mkdirSync(volume, { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(outside, 'model.bin'), 'old');
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
after(() => {
  server.close();
  rmSync(top, { recursive: true });
});

async function fetched(
  destination: string,
  roots: readonly string[] | undefined,
  source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.bin`,
): Promise<[number, string]> {
  const told: string[] = [];
  const environment = {
    DAVIT_CACHE: join(top, 'cache'),
    ...(roots !== undefined && {
      DAVIT_STORAGE_BOUNDS: JSON.stringify({ sources: roots, destinations: roots }),
    }),
  };
  const tell = (text: string): void => void told.push(text);
  const status = await fetchPairs([{ source, destination }], environment, tell, new AbortController().signal);
  return [status, told.join('\n')];
}

test('a model comes to a volume, and below it', async () => {
  for (const destination of [volume, join(volume, 'a', 'b'), join(volume, 'a')]) {
    assert.deepEqual((await fetched(destination, [volume]))[0], 0);
    assert.equal(readFileSync(join(destination, 'model.bin'), 'utf8'), 'the model');
  }
  assert.equal((await fetched(join(top, 'anywhere'), undefined))[0], 0);
  assert.ok(existsSync(join(top, 'anywhere', 'model.bin')));
  assert.deepEqual(readdirSync(join(top, 'volumes')), ['one']);
});

test('nothing comes to another folder, by its path or by a link', async () => {
  symlinkSync(outside, join(volume, 'link'));
  symlinkSync(join(outside, 'new'), join(volume, 'nowhere'));
  for (const destination of [
    outside,
    join(volume, 'link'),
    join(volume, 'link', 'below'),
    join(volume, 'nowhere'),
    join(volume, 'nowhere', 'below'),
    `${volume}/../../outside`,
    `${volume}-more`,
  ]) {
    assert.equal((await fetched(destination, [volume]))[0], 1, destination);
  }
  const [status, told] = await fetched(outside, []);
  assert.equal(status, 1);
  assert.match(
    told,
    /expected a folder in a volume of the pod that the container may write to \(it has none\)/,
  );
  assert.deepEqual(readdirSync(outside), ['model.bin']);
  assert.equal(readFileSync(join(outside, 'model.bin'), 'utf8'), 'old');
  assert.ok(!existsSync(`${volume}-more`));
});

test(
  'a folder that is swapped for a link while a model comes leads it nowhere',
  { skip: process.platform !== 'linux' },
  async () => {
    const destination = join(volume, 'swapped');
    rmSync(join(top, 'cache'), { recursive: true });
    meanwhile = () => {
      renameSync(destination, join(volume, 'was'));
      symlinkSync(outside, destination);
    };
    assert.equal((await fetched(destination, [volume]))[0], 0);
    assert.equal(readFileSync(join(volume, 'was', 'model.bin'), 'utf8'), 'the model');
    assert.equal(readFileSync(join(outside, 'model.bin'), 'utf8'), 'old');
  },
);

test('an archive of the machine is unpacked only where it lies in a volume', async () => {
  const archive = join(outside, 'secrets.tar');
  execFileSync('tar', ['-C', outside, '-cf', archive, 'model.bin']);
  symlinkSync(archive, join(volume, 'linked.tar'));
  const destination = join(volume, 'unpacked');
  for (const source of [archive, `file://${archive}`, join(volume, 'linked.tar')]) {
    const [status, told] = await fetched(destination, [volume], source);
    assert.equal(status, 1);
    assert.match(told, /found the archive .*, expected one in a volume of the pod/);
    assert.deepEqual(readdirSync(destination), []);
  }
  copyFileSync(archive, join(volume, 'own.tar'));
  for (const [source, roots] of [
    [join(volume, 'own.tar'), [volume]],
    [archive, undefined],
  ] as const) {
    assert.equal((await fetched(destination, roots, source))[0], 0);
    assert.equal(readFileSync(join(destination, 'model.bin'), 'utf8'), 'old');
    rmSync(destination, { recursive: true });
  }
});
