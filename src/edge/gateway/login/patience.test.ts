import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patiently } from './patience.ts';

function failing(times: number, reason = (tries: number) => `try ${tries}`): () => Promise<number> {
  let tries = 0;
  return async () => {
    tries++;
    if (tries <= times) throw new Error(reason(tries));
    return tries;
  };
}

test('what is away for a while is waited for, and told once', async () => {
  const told: unknown[] = [];
  const away = failing(3, () => 'it is away');
  const tries = await patiently(away, error => told.push((error as Error).message), {
    patience: 60_000,
    pause: 1,
  });
  assert.equal(tries, 4);
  assert.deepEqual(told, ['it is away']);
});

test('what fails for another reason than before is told again', async () => {
  const told: unknown[] = [];
  const reasons = ['it is away', 'it is away', 'it has another name', 'it has another name', 'it is away'];
  const act = failing(reasons.length, tries => reasons[tries - 1] as string);
  await patiently(act, error => told.push((error as Error).message), { patience: 60_000, pause: 1 });
  assert.deepEqual(told, ['it is away', 'it has another name', 'it is away']);
});

test('what is away for too long ends with its last failure', async () => {
  await assert.rejects(
    patiently(failing(1), () => {}, { patience: 0, pause: 1 }),
    { message: 'try 1' },
  );
  await assert.rejects(
    patiently(failing(1000), () => {}, { patience: 20, pause: 1 }),
    /try \d+/,
  );
});

test('what nobody waits for any more ends within a pause, and is not tried again', async () => {
  const ending = new AbortController();
  let tries = 0;
  const waiting = patiently(
    async () => {
      tries++;
      throw new Error(`try ${tries}`);
    },
    () => queueMicrotask(() => ending.abort()),
    { patience: Infinity, pause: 1_000_000, signal: ending.signal },
  );
  await assert.rejects(waiting, { message: 'try 1' });
  assert.equal(tries, 1);
});
