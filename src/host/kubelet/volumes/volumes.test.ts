import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeFiles } from './atomic.ts';
import { madeBelow } from './below.ts';
import { MountError } from './files.ts';
import { checkHostPath } from './host.ts';

const top = mkdtempSync(join(tmpdir(), 'davit-volumes-'));
after(() => rmSync(top, { recursive: true }));

let folders = 0;
function folder(): string {
  const path = join(top, String(folders++));
  mkdirSync(path);
  return path;
}

const files = (text: string): Map<string, { bytes: Buffer; mode: number }> =>
  new Map([['a/b', { bytes: Buffer.from(text), mode: 0o644 }]]);

test('files are written anew, and only what was written before goes', () => {
  const place = folder();
  writeFiles(place, files('one'), '100.0');
  writeFiles(place, files('two'), '100.1');
  assert.equal(readFileSync(join(place, 'a', 'b'), 'utf8'), 'two');
  assert.deepEqual(readdirSync(place).toSorted(), ['..100.1', '..data', 'a']);
});

test('files and their folders are as readable as they are said to be, whatever the mask of this process', () => {
  const place = folder();
  const before = process.umask(0o077);
  try {
    writeFiles(place, files('one'), '100.0');
  } finally {
    process.umask(before);
  }
  const modeOf = (path: string): number => statSync(join(place, path)).mode & 0o777;
  assert.deepEqual(['.', '..data', 'a', 'a/b'].map(modeOf), [0o755, 0o755, 0o755, 0o644]);
});

test('a link that was put in the place of what Davit wrote takes nothing along', () => {
  for (const to of ['../victim', '/absolute', '..', '.', '../victim/.', '..100.0/../../victim']) {
    const [place, victim] = [join(folder(), 'place'), join(top, 'victim')];
    rmSync(victim, { recursive: true, force: true });
    mkdirSync(victim);
    symlinkSync(victim, join(place, '..', 'victim'));
    writeFileSync(join(victim, 'keep'), '');
    writeFiles(place, files('one'), '100.0');
    rmSync(join(place, '..data'));
    symlinkSync(to === '/absolute' ? victim : to, join(place, '..data'));
    writeFiles(place, files('two'), '100.1');
    assert.ok(existsSync(join(victim, 'keep')), to);
    assert.equal(readFileSync(join(place, 'a', 'b'), 'utf8'), 'two');
  }
});

test('a path in a volume is made where nothing is, and a file or a link in the volume is taken', () => {
  const place = folder();
  assert.equal(madeBelow(place, 'a/./b/', 'v'), join(place, 'a/b/'));
  assert.ok(existsSync(join(place, 'a', 'b')));
  writeFileSync(join(place, 'file'), '');
  symlinkSync('a', join(place, 'link'));
  assert.equal(madeBelow(place, 'file', 'v'), join(place, 'file'));
  madeBelow(place, 'link/c', 'v');
  assert.ok(existsSync(join(place, 'a', 'c')));
});

test('a path that leads out of its volume is refused, and nothing is made there', () => {
  const [place, outside] = [folder(), folder()];
  symlinkSync(outside, join(place, 'out'));
  symlinkSync(join(outside, 'new'), join(place, 'nowhere'));
  symlinkSync('round', join(place, 'round'));
  writeFileSync(join(place, 'file'), '');
  for (const path of [
    'out',
    'out/a/b',
    'nowhere',
    'nowhere/a',
    'round/a',
    'file/a',
    '..',
    '../x',
    'a/../../x',
    '/etc',
  ]) {
    assert.throws(() => madeBelow(place, path, 'v'), MountError, path);
  }
  assert.deepEqual(readdirSync(outside), []);
});

test('folders and files of the machine are made for a pod only with leave', () => {
  const place = folder();
  for (const type of ['DirectoryOrCreate', 'FileOrCreate']) {
    const path = join(place, type);
    assert.throws(() => checkHostPath(path, type, false), MountError);
    assert.ok(!existsSync(path));
    assert.equal(checkHostPath(path, type, true), path);
    assert.ok(existsSync(path));
  }
});
