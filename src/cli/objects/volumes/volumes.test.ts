import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Complaint } from '../failures.ts';
import { copy, destination } from './copying.ts';
import { entriesOf, usedIn } from './listing.ts';
import { claimPathIn, placeIn } from './places.ts';

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'davit-volumes-')));
after(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;

function folder(): string {
  const made = join(scratch, String(folders++));
  mkdirSync(made);
  return made;
}

const quiet = (): void => {};

test('a word with a colon is a claim, unless it begins as a path does', () => {
  assert.deepEqual(claimPathIn('models:iris/v1'), { namespace: undefined, claim: 'models', path: 'iris/v1' });
  assert.deepEqual(claimPathIn('team-a/models:'), { namespace: 'team-a', claim: 'models', path: '' });
  for (const path of ['./a:b', '/a:b', '../a:b', 'a/b', '.']) assert.equal(claimPathIn(path), undefined);
  for (const wrong of [':x', 'a/:x', 'a/b/c:x']) assert.throws(() => claimPathIn(wrong), Complaint);
});

test('paths stay in the volume: dots and links that lead out are refused, others are followed', async () => {
  const [volume, outside] = [folder(), folder()];
  mkdirSync(join(volume, 'iris'));
  symlinkSync(outside, join(volume, 'out'));
  symlinkSync('iris', join(volume, 'latest'));
  symlinkSync('nowhere', join(volume, 'dead'));
  assert.equal(await placeIn(volume, '', 'c'), volume);
  assert.equal(await placeIn(volume, 'a/../iris/new', 'c'), join(volume, 'iris', 'new'));
  assert.equal(await placeIn(volume, 'latest/new/er', 'c'), join(volume, 'iris', 'new', 'er'));
  for (const path of ['..', '../x', 'iris/../../x', '/etc', 'a\0b', 'out', 'out/new', 'dead', 'dead/x']) {
    await assert.rejects(placeIn(volume, path, 'c'), Complaint, path);
  }
});

test('a folder is copied with what its links lead to, and added to one that is there', async () => {
  const [from, to] = [folder(), folder()];
  mkdirSync(join(from, 'v1'));
  writeFileSync(join(from, 'v1', 'model'), 'weights', { mode: 0o700 });
  symlinkSync('v1/model', join(from, 'latest'));
  writeFileSync(join(to, 'kept'), 'kept');
  writeFileSync(join(to, 'latest'), 'older');
  const copied = await copy({ from, within: from, to, onProgress: quiet });
  assert.deepEqual(copied, { files: 2, bytes: 14 });
  assert.deepEqual(readdirSync(to).toSorted(), ['kept', 'latest', 'v1']);
  assert.equal(readFileSync(join(to, 'latest'), 'utf8'), 'weights');
  assert.deepEqual(await usedIn(to), { files: 3, bytes: 18 });
  assert.deepEqual(
    (await entriesOf(to, '')).map(({ name, kind, bytes }) => [name, kind, bytes]),
    [
      ['kept', 'file', 4],
      ['latest', 'file', 7],
      ['v1', 'folder', 0],
    ],
  );
});

test('a file replaces a link, not what the link leads to', async () => {
  const [from, to, outside] = [folder(), folder(), folder()];
  writeFileSync(join(from, 'model'), 'new');
  writeFileSync(join(outside, 'precious'), 'old');
  symlinkSync(join(outside, 'precious'), join(to, 'model'));
  await copy({ from, within: from, to, onProgress: quiet });
  assert.equal(readFileSync(join(outside, 'precious'), 'utf8'), 'old');
  assert.equal(readFileSync(join(to, 'model'), 'utf8'), 'new');
});

test('what cannot be copied is refused before anything is', async () => {
  const [from, outside, to] = [folder(), folder(), folder()];
  writeFileSync(join(from, 'a'), 'a');
  for (const target of [outside, '.', 'nowhere']) {
    symlinkSync(target, join(from, 'link'));
    await assert.rejects(copy({ from, within: from, to, onProgress: quiet }), Complaint, target);
    assert.deepEqual(readdirSync(to), []);
    rmSync(join(from, 'link'));
  }
  await assert.rejects(copy({ from, within: from, to: join(from, 'below'), onProgress: quiet }), Complaint);
  assert.deepEqual(readdirSync(from), ['a']);
});

test('progress is told of what takes long, up to all of it', async () => {
  const [from, to] = [folder(), folder()];
  const bytes = 20 * 2 ** 20;
  writeFileSync(join(from, 'large'), Buffer.alloc(bytes, 7));
  const told: number[] = [];
  await copy({ from, within: from, to, every: 0, onProgress: done => void told.push(done) });
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
  assert.equal(told.at(-1), bytes);
  assert.equal(readFileSync(join(to, 'large')).compare(readFileSync(join(from, 'large'))), 0);
});

test('what is copied goes into a folder that is there, else to that name', async () => {
  const to = folder();
  assert.equal(await destination('x/iris', 'iris', to, ''), join(to, 'iris'));
  assert.equal(await destination('x/iris/.', 'iris', to, ''), to);
  assert.equal(await destination('x/iris', 'iris', join(to, 'new'), 'new'), join(to, 'new'));
  assert.equal(await destination('x/iris', 'iris', join(to, 'new'), 'new/'), join(to, 'new', 'iris'));
});
