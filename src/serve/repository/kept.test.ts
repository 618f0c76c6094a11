import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { decodePlan, encodePlan } from '../../model/plan/file/index.ts';
import type { PlanPlace } from './kept.ts';
import { loadPlan } from './load.ts';

const iris = join(import.meta.dirname, '../../../examples/iris/iris-model.joblib');
const scratch = mkdtempSync(join(tmpdir(), 'davit-plans-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

function place(name: string, more: Partial<PlanPlace> = {}): PlanPlace {
  return { folder: join(scratch, name), build: 'one', limit: 2 ** 30, ...more };
}

/** The one file of a place. */
function only({ folder }: PlanPlace): string {
  const names = readdirSync(folder);
  assert.equal(names.length, 1);
  return join(folder, names[0] ?? '');
}

async function encoded(path: string, where?: PlanPlace): Promise<Buffer> {
  return Buffer.from(encodePlan((await loadPlan(path, where)).plan));
}

test('the plan of a file that was read before is taken from where it is kept', async () => {
  const where = place('again');
  const first = await encoded(iris, where);
  assert.deepEqual(first, await encoded(iris));
  assert.deepEqual(readFileSync(only(where)), first);
  // Only what is kept says this of itself.
  const plan = decodePlan(first);
  writeFileSync(only(where), encodePlan({ ...plan, source: { ...plan.source, library: 'kept' } }));
  assert.equal((await loadPlan(iris, where)).plan.source.library, 'kept');
});

test('a plan of another version, one cut short and one that was changed are made anew', async () => {
  const where = place('spoilt');
  const whole = await encoded(iris, where);
  const version = Buffer.from(whole);
  version.writeUInt32LE(version.readUInt32LE(8) + 1, 8);
  const changed = Buffer.from(whole);
  changed.writeUInt8(changed.readUInt8(whole.length - 9) ^ 1, whole.length - 9);
  for (const spoilt of [version, whole.subarray(0, 100), changed, Buffer.alloc(0)]) {
    writeFileSync(only(where), spoilt);
    assert.deepEqual(await encoded(iris, where), whole);
    assert.deepEqual(readFileSync(only(where)), whole);
  }
});

test('another translation, and another object of the file, have plans of their own', async () => {
  const both = join(scratch, 'both.joblib');
  const bytes = readFileSync(iris);
  writeFileSync(both, Buffer.concat([bytes, bytes]));
  const where = place('apart');
  for (const path of [`${both}#0`, `${both}#1`, `${both}#1`]) await loadPlan(path, where);
  assert.equal(readdirSync(where.folder).length, 2);
  await loadPlan(`${both}#1`, { ...where, build: 'two' });
  assert.equal(readdirSync(where.folder).length, 3);
});

test('what is unused the longest goes first', async () => {
  const bytes = (await encoded(iris)).length;
  const where = place('full', { limit: bytes * 2 });
  const names: string[] = [];
  for (const build of ['a', 'b']) {
    await loadPlan(iris, { ...where, build });
    names.push(...readdirSync(where.folder).filter(name => !names.includes(name)));
  }
  const [a = '', b = ''] = names;
  for (const name of names) utimesSync(join(where.folder, name), new Date(1000), new Date(1000));
  await loadPlan(iris, { ...where, build: 'a' });
  // What does not belong there is left alone, and is in nobody's way.
  mkdirSync(join(where.folder, 'a-folder'));
  await loadPlan(iris, { ...where, build: 'c' });
  const left = readdirSync(where.folder);
  assert.equal(left.length, 3);
  assert.deepEqual([left.includes(a), left.includes(b), left.includes('a-folder')], [true, false, true]);
});

test('a folder that cannot be written only means that nothing is kept', async () => {
  const file = join(scratch, 'a-file');
  writeFileSync(file, '');
  const where = { ...place('none'), folder: join(file, 'below') };
  assert.deepEqual(await encoded(iris, where), await encoded(iris));
});
