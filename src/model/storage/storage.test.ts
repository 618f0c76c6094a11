import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { findModelFile, modelNameOf, readModelFile } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-storage-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function directory(name: string, ...files: string[]): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), file);
  return path;
}

/** Stands for the registry of formats, which this room does not know. */
const recognise = async (bytes: Uint8Array): Promise<boolean> =>
  Promise.resolve(Buffer.from(bytes).toString().startsWith('model'));

const find = (path: string) => findModelFile(path, recognise);

async function nameIn(path: string): Promise<string> {
  return (await find(path)).path.slice(path.length + 1);
}

suite('the one model file of a path', () => {
  test('is the only one with a suffix of KServe’s, whatever lies beside it', async () => {
    assert.equal(
      await nameIn(directory('usual', 'model.pkl', 'README.md', '.hidden.pkl', 'model.pkl_01.npy')),
      'model.pkl',
    );
  });

  test('of suffixes that other files have too, those count whose content is a model', async () => {
    for (const name of ['model.txt', 'model.json', 'model.model', 'a.bst', 'a.ubj'])
      assert.equal(await nameIn(directory(`with ${name}`, name, 'README.txt', 'metadata.json')), name);
    await assert.rejects(find(directory('both', 'model.bst', 'model.json', 'notes.txt')), {
      code: 'model-file-several',
      message: /\(model\.bst, model\.json\)/,
    });
    const large = directory('large', 'huge.txt', 'small.txt');
    truncateSync(join(large, 'huge.txt'), 2 ** 25);
    assert.equal(await nameIn(large), 'huge.txt');
  });

  test('or the only file at all', async () => {
    assert.equal(await nameIn(directory('odd', 'model.sav', '.keep')), 'model.sav');
  });

  test('several, none, and nothing there are told apart', async () => {
    await assert.rejects(find(directory('two', 'b.pkl', 'a.joblib')), {
      code: 'model-file-several',
      message: /\(a\.joblib, b\.pkl\)/,
    });
    await assert.rejects(find(directory('none', 'a.txt', 'b.txt')), {
      code: 'model-file-none',
      message: /found a\.txt, b\.txt/,
    });
    await assert.rejects(find(join(folder, 'gone')), { code: 'model-path-missing' });
  });

  test(
    'a pipe or a device is refused at once',
    { skip: process.platform === 'win32' ? 'no such files' : false },
    async () => {
      const pipe = join(folder, 'pipe.joblib');
      assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
      for (const path of [pipe, '/dev/zero']) {
        await assert.rejects(find(path), { code: 'model-file-special' });
        assert.throws(() => readModelFile({ path, bytes: 1 }), { code: 'model-file-special' });
      }
    },
  );

  test('a file too large to be read is refused by its size', async () => {
    const path = join(folder, 'huge.joblib');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 31);
    await assert.rejects(find(path), { code: 'model-file-too-large', message: /2147483648/ });
    assert.throws(() => readModelFile({ path, bytes: 1 }), { code: 'model-file-too-large' });
  });

  test('companions are files of the folder and nothing else', () => {
    const path = directory('companions', 'model.pkl', 'model.pkl_01.npy');
    symlinkSync('/etc/hostname', join(path, 'away.npy'));
    const { bytes, companion } = readModelFile({ path: join(path, 'model.pkl'), bytes: 9 });
    assert.equal(Buffer.from(bytes).toString(), 'model.pkl');
    assert.equal(Buffer.from(companion('model.pkl_01.npy') ?? []).toString(), 'model.pkl_01.npy');
    for (const name of ['away.npy', '../usual/model.pkl', '..', '.', '/etc/hostname', 'gone.npy'])
      assert.equal(companion(name), undefined, name);
  });
});

test('a path is served under its last part, without the suffix of a model file', () => {
  for (const [path, name] of [
    ['models/iris-model.joblib', 'iris-model'],
    ['iris.v2.PKL', 'iris.v2'],
    ['/mnt/models', 'models'],
    ['a.sav', 'a'],
    ['models/model.txt', 'model'],
    ['notes.text', 'notes.text'],
    ['models/bundle.pkl#models.forest', 'bundle'],
    ['.joblib', '.joblib'],
  ] as const)
    assert.equal(modelNameOf(path), name);
});

test('a part after # names an object in the file, unless it belongs to the name', async () => {
  const [plain, odd] = [join(folder, 'bundle.pkl'), join(folder, 'odd#name.pkl')];
  for (const path of [plain, odd]) writeFileSync(path, 'x');
  assert.deepEqual(await find(`${plain}#models.0`), { path: plain, bytes: 1, object: 'models.0' });
  assert.deepEqual(await find(odd), { path: odd, bytes: 1 });
  assert.deepEqual(await find(`${odd}#a`), { path: odd, bytes: 1, object: 'a' });
  await assert.rejects(find(`${join(folder, 'gone.pkl')}#a`), { code: 'model-path-missing' });
});
