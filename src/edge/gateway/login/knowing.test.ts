import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Known, Revoked } from '../../identity/index.ts';
import { Knowing } from './knowing.ts';

function known(name: string, id = name): Known {
  return { user: { name, groups: [] }, credential: { kind: 'session', id }, expires: 100_000 };
}

/** A keeper whose answers and revocations the test gives, on a clock of its own. */
class Scene {
  time = 0;
  asked: string[] = [];
  silences = 0;
  answer: (bearer: string) => Promise<Known | undefined> = async bearer => known(bearer);
  #told: (Revoked | undefined)[] = [];
  #wake = (): void => {};
  readonly knowing: Knowing;

  constructor(context: TestContext, most?: number) {
    this.knowing = new Knowing({
      keeper: {
        who: bearer => {
          this.asked.push(bearer);
          return this.answer(bearer);
        },
        revocations: signal => this.#follow(signal),
      },
      now: () => this.time,
      steady: () => this.time,
      onSilence: () => this.silences++,
      ...(most !== undefined && { most }),
    });
    context.after(() => this.knowing.stop());
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<Revoked | undefined> {
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      while (this.#told.length > 0) yield this.#told.shift();
      if (!signal.aborted) await new Promise<void>(resolve => (this.#wake = resolve));
    }
  }

  /** Comes back when it has been heard. */
  async tell(revoked?: Revoked): Promise<void> {
    this.#told.push(revoked);
    this.#wake();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

async function ready(context: TestContext, most?: number): Promise<Scene> {
  const scene = new Scene(context, most);
  await scene.tell();
  return scene;
}

test('who was asked about is remembered, and asked about once by all who wait', async context => {
  const scene = await ready(context);
  assert.equal(scene.knowing.look('a'), 'unasked');
  const [one, other] = await Promise.all([scene.knowing.ask('a'), scene.knowing.ask('a')]);
  assert.equal(one, other);
  assert.equal(scene.knowing.look('a'), one);
  assert.deepEqual(scene.asked, ['a']);
});

test('a second of silence, and nothing that is remembered counts', async context => {
  const scene = await ready(context);
  await scene.knowing.ask('a');
  scene.time = 1000;
  assert.notEqual(scene.knowing.look('a'), 'unasked');
  scene.time = 1001;
  assert.equal(scene.knowing.look('a'), 'unasked');
  await scene.tell();
  assert.notEqual(scene.knowing.look('a'), 'unasked');
});

const revocations: readonly [Revoked, gone: readonly string[]][] = [
  [{ kind: 'session', id: 'a' }, ['a']],
  [{ kind: 'user', name: 'b' }, ['b']],
  [{ kind: 'api-token', id: 'a' }, []],
  [{ kind: 'grant', id: 'a' }, []],
  [{ kind: 'all' }, ['a', 'b']],
];

test('what is revoked is forgotten, and nothing else', async context => {
  for (const [revoked, gone] of revocations) {
    const scene = await ready(context);
    for (const bearer of ['a', 'b']) await scene.knowing.ask(bearer);
    await scene.tell(revoked);
    const forgotten = ['a', 'b'].filter(bearer => scene.knowing.look(bearer) === 'unasked');
    assert.deepEqual(forgotten, gone, JSON.stringify(revoked));
  }
});

test('an answer that was on its way when something was revoked is not remembered', async context => {
  const scene = await ready(context);
  const answer = Promise.withResolvers<Known | undefined>();
  scene.answer = () => answer.promise;
  const asking = scene.knowing.ask('a');
  await scene.tell({ kind: 'session', id: 'a' });
  answer.resolve(known('a'));
  await asking;
  assert.equal(scene.knowing.look('a'), 'unasked');
});

test('what has expired is not known, and what is good for nothing is asked about again after a second', async context => {
  const scene = await ready(context);
  scene.answer = async bearer => (bearer === 'good' ? { ...known('a'), expires: 500 } : undefined);
  await scene.knowing.ask('good');
  await scene.knowing.ask('bad');
  assert.equal(scene.knowing.look('bad'), undefined);
  scene.time = 500;
  assert.equal(scene.knowing.look('good'), 'unasked');
  scene.time = 1000;
  assert.equal(scene.knowing.look('bad'), 'unasked');
});

test('what is to be said again that it is used is asked about again', async context => {
  const scene = await ready(context);
  scene.answer = async () => ({ ...known('a'), expires: 5000, fresh: 700 });
  await scene.knowing.ask('a');
  scene.time = 699;
  assert.notEqual(scene.knowing.look('a'), 'unasked');
  scene.time = 700;
  assert.equal(scene.knowing.look('a'), 'unasked');
});

test('so many are remembered and no more; those in use stay', async context => {
  const scene = await ready(context, 100);
  await scene.knowing.ask('used');
  for (let one = 0; one < 1000; one++) {
    await scene.knowing.ask(`guess ${one}`);
    assert.notEqual(scene.knowing.look('used'), 'unasked', `after ${one}`);
  }
  assert.ok(scene.knowing.size <= 100, String(scene.knowing.size));
});
