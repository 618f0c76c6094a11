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
import { isMadeBy } from './claims.ts';
import { copy, destination } from './copying.ts';
import { entriesOf, usedIn } from './listing.ts';
import { openBelow } from './opening.ts';
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

test('what is copied into a volume stays in it, whatever links are there', async () => {
  const [from, outside, volume] = [folder(), folder(), folder()];
  mkdirSync(join(from, 'sub', 'deep'), { recursive: true });
  writeFileSync(join(from, 'sub', 'deep', 'model'), 'new');
  writeFileSync(join(from, 'sub', 'model'), 'new');
  mkdirSync(join(outside, 'deep'));
  for (const path of ['model', 'deep/model']) writeFileSync(join(outside, path), 'old');
  const into = (to: string): Promise<unknown> =>
    copy({ from, within: undefined, to, below: volume, onProgress: quiet });
  for (const [to, link] of [
    [join(volume, 'a'), 'sub'],
    [join(volume, 'b'), 'sub/deep'],
  ] as const) {
    mkdirSync(join(to, link, '..'), { recursive: true });
    symlinkSync(outside, join(to, link));
    await assert.rejects(into(to), Complaint, link);
  }
  for (const path of ['model', 'deep/model']) assert.equal(readFileSync(join(outside, path), 'utf8'), 'old');
  assert.deepEqual(readdirSync(outside).toSorted(), ['deep', 'model']);
  const to = join(volume, 'good');
  mkdirSync(join(to, 'elsewhere'), { recursive: true });
  symlinkSync('elsewhere', join(to, 'sub'));
  await into(to);
  assert.equal(readFileSync(join(to, 'elsewhere', 'deep', 'model'), 'utf8'), 'new');
  await into(volume);
  assert.equal(readFileSync(join(volume, 'sub', 'model'), 'utf8'), 'new');
});

test('what is opened is looked at once it is open', async () => {
  const [volume, outside] = [folder(), folder()];
  mkdirSync(join(volume, 'a'));
  writeFileSync(join(volume, 'a', 'file'), 'text');
  writeFileSync(join(outside, 'file'), 'secret');
  symlinkSync(join(outside, 'file'), join(volume, 'a', 'link'));
  symlinkSync(outside, join(volume, 'folder'));
  for (const path of ['a/link', 'folder', 'folder/file']) {
    await assert.rejects(openBelow(join(volume, path), volume), Complaint, path);
  }
  const { handle, path } = await openBelow(join(volume, 'a', 'file'), volume);
  assert.equal(readFileSync(path, 'utf8'), 'text');
  await handle.close();
});

test('only a folder that is made for a claim is taken for one', async () => {
  const [home, outside] = [folder(), folder()];
  mkdirSync(join(home, 'one', 'below'), { recursive: true });
  symlinkSync(outside, join(home, 'link'));
  assert.ok(await isMadeBy(join(home, 'one'), [outside, home]));
  assert.ok(await isMadeBy(join(home, 'gone'), [home]));
  for (const path of ['..', '.', 'link', 'one/below', 'one/../..']) {
    assert.ok(!(await isMadeBy(`${home}/${path}`, [home])), path);
  }
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
