import assert from 'node:assert/strict';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { createLog } from '../../base/log/index.ts';
import { loadPlan, type LoadedPlan } from './load.ts';
import type { ModelNotice } from './model.ts';
import { Repository, type Admit } from './repository.ts';

const iris = join(import.meta.dirname, '../../../examples/iris/iris-model.joblib');
const log = createLog({ level: 'error', format: 'json', colour: false, now: () => 0, write: () => {} });

interface Bench {
  readonly repository: Repository;
  readonly told: string[];
  /** Called by the next loads, in order; the last one stays. */
  readonly loads: ((path: string, admit: Admit) => Promise<LoadedPlan>)[];
  /** Makes publishing fail, as a probe does. */
  failing: (notice: ModelNotice) => boolean;
}

function bench(budget = 2 ** 30, folder?: string): Bench {
  const told: string[] = [];
  const loads: Bench['loads'] = [path => loadPlan(path)];
  const made: Bench = {
    told,
    loads,
    failing: () => false,
    repository: new Repository(budget, {
      load: (path, admit) =>
        ((loads.length > 1 ? loads.shift() : loads[0]) as Bench['loads'][number])(path, admit),
      publish: notice => {
        if (made.failing(notice)) return Promise.reject(new Error('it gave no answer'));
        told.push(`${notice.name} ${notice.state}`);
        return Promise.resolve();
      },
      log,
      now: () => 0,
      folder,
    }),
  };
  return made;
}

function states(repository: Repository): string[] {
  return repository
    .index()
    .map(({ name, state, reason }) => `${name} ${state}${reason === '' ? '' : `: ${reason}`}`);
}

test('a model is loading, then ready, then unloaded, then ready again', async () => {
  const { repository, told } = bench();
  await repository.add('iris', iris);
  await repository.load('iris');
  assert.deepEqual(states(repository), ['iris READY']);
  assert.ok((repository.memory().get('iris') ?? 0) > 1000);
  await repository.unload('iris');
  assert.deepEqual(states(repository), ['iris UNAVAILABLE: unloaded']);
  assert.equal(repository.index()[0]?.unloaded, true);
  assert.equal(repository.memory().get('iris'), 0);
  await repository.unload('iris');
  await repository.load('iris');
  assert.deepEqual(states(repository), ['iris READY']);
  assert.deepEqual(told.slice(0, 5), [
    'iris LOADING',
    'iris LOADING',
    'iris READY',
    'iris UNLOADING',
    'iris UNAVAILABLE',
  ]);
});

test('an unknown name is refused', async () => {
  const { repository } = bench();
  for (const work of [repository.load('x'), repository.unload('x')])
    await assert.rejects(work, { code: 'model-unknown' });
});

test('what a load throws is the reason', async () => {
  const { repository } = bench();
  await repository.add('gone', '/no/such/file');
  await assert.rejects(repository.load('gone'), { code: 'model-path-missing' });
  assert.match(states(repository)[0] as string, /^gone UNAVAILABLE: \/no\/such\/file: ENOENT/);
});

test('a model that gives no answer is not ready', async () => {
  const made = bench();
  made.failing = notice => notice.state === 'READY';
  await made.repository.add('iris', iris);
  await assert.rejects(made.repository.load('iris'), /it gave no answer/);
  assert.deepEqual(states(made.repository), ['iris UNAVAILABLE: it gave no answer']);
  assert.equal(made.repository.memory().get('iris'), 0);
});

test('a failed reload leaves what is served', async () => {
  const { repository, loads } = bench();
  await repository.add('iris', iris);
  await repository.load('iris');
  const [generation, held] = [repository.index()[0]?.generation, repository.memory().get('iris')];
  loads.unshift(() => Promise.reject(new Error('disk on fire')));
  await assert.rejects(repository.load('iris'), /disk on fire/);
  assert.deepEqual(states(repository), ['iris READY']);
  assert.deepEqual([repository.index()[0]?.generation, repository.memory().get('iris')], [generation, held]);
});

test('the budget is asked before a model is served, and given back', async () => {
  const { bytes } = await loadPlan(iris);
  const { repository } = bench(Math.floor(bytes * 1.5));
  for (const name of ['a', 'b']) await repository.add(name, iris);
  await repository.load('a');
  await assert.rejects(repository.load('b'), { code: 'model-memory-exceeded' });
  assert.deepEqual(
    repository.index().map(({ code }) => code),
    [undefined, 'model-memory-exceeded'],
  );
  await repository.load('a');
  await repository.unload('a');
  await repository.load('b');
  assert.deepEqual(states(repository), ['a UNAVAILABLE: unloaded', 'b READY']);
});

test('the budget is asked before a file is read, and what it gave is given back', async () => {
  const { bytes } = await loadPlan(iris);
  const { repository, loads } = bench(bytes * 2);
  for (const name of ['a', 'b']) await repository.add(name, iris);
  await repository.load('a');
  loads.unshift((_, admit) => {
    admit(bytes + 1);
    assert.fail('it was read all the same');
  });
  const message = `model 'b' needs ${bytes + 1} bytes to read its file; of the ${bytes * 2} that models may take, ${bytes} are taken`;
  await assert.rejects(repository.load('b'), { code: 'model-memory-exceeded', message });
  assert.equal(repository.memory().get('b'), 0);
  // While it is read it counts, and no more once it is not.
  loads.unshift((_, admit) => {
    admit(bytes);
    assert.equal(repository.memory().get('b'), bytes);
    return Promise.reject(new Error('disk on fire'));
  });
  await assert.rejects(repository.load('b'), /disk on fire/);
  assert.equal(repository.memory().get('b'), 0);
  await repository.load('b');
  assert.equal(repository.memory().get('b'), bytes);
});

test('loads that come at the same time share the budget', async () => {
  const { bytes } = await loadPlan(iris);
  const { repository } = bench(Math.floor(bytes * 2.5));
  const names = ['a', 'b', 'c', 'd'];
  for (const name of names) await repository.add(name, iris);
  const outcomes = await Promise.allSettled(names.map(name => repository.load(name)));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 2);
  assert.ok([...repository.memory().values()].reduce((sum, held) => sum + held, 0) <= bytes * 2.5);
});

test('operations on one model happen one after another', async () => {
  const { repository, told } = bench();
  await repository.add('iris', iris);
  await Promise.all([repository.load('iris'), repository.unload('iris'), repository.load('iris')]);
  assert.deepEqual(told, [
    'iris LOADING',
    'iris LOADING',
    'iris READY',
    'iris UNLOADING',
    'iris UNAVAILABLE',
    'iris LOADING',
    'iris READY',
  ]);
});

test('a model that nobody declared is loaded from the folder, and nothing of it stays once it is unloaded', async () => {
  const { repository, told } = bench(2 ** 30, dirname(iris));
  const name = basename(iris);
  await assert.rejects(repository.unload(name), { code: 'model-unknown' });
  await repository.load(name);
  assert.deepEqual(states(repository), [`${name} READY`]);
  await Promise.all([repository.unload(name), repository.load(name)]);
  assert.deepEqual(states(repository), [`${name} READY`]);
  await repository.unload(name);
  assert.deepEqual(states(repository), []);
  assert.equal(told.at(-1), `${name} UNAVAILABLE`);
  await assert.rejects(repository.load('nothing'), { code: 'model-unknown' });
});

test('only a name is looked for in the folder', async () => {
  const { repository } = bench(2 ** 30, dirname(iris));
  for (const name of [
    '..',
    '.',
    '',
    `../${basename(dirname(iris))}`,
    `./${basename(iris)}`,
    `${basename(iris)}#x`,
    iris,
  ])
    await assert.rejects(repository.load(name), { code: 'model-unknown' }, name);
});

test('a model of the folder that cannot be loaded says why, and does not count', async () => {
  const { repository } = bench(2 ** 30, join(import.meta.dirname, '..'));
  await assert.rejects(repository.load('repository'), { code: 'model-file-none' });
  const [notice] = repository.index();
  assert.deepEqual([notice?.state, notice?.optional], ['UNAVAILABLE', true]);
});
