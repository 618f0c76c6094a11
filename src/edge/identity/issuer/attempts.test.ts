import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { accountRules, afterWrong, Attempts, type Tally } from './attempts.ts';

function afterWrongTimes(times: number, every: number): Tally | undefined {
  let tally: Tally | undefined;
  for (let time = 0; time < times; time++) tally = afterWrong(tally, accountRules, time * every);
  return tally;
}

suite('wrong passwords', () => {
  const waits: readonly (readonly [times: number, wait: number])[] = [
    [1, 0],
    [4, 0],
    [5, 10_000],
    [6, 20_000],
    [9, 160_000],
    [10, 300_000],
    [1000, 300_000],
  ];
  for (const [times, wait] of waits) {
    test(`after ${times} the next one waits ${wait / 1000} s`, () => {
      const tally = afterWrongTimes(times, 1);
      assert.equal((tally?.closedUntil ?? 0) - (tally?.last ?? 0), wait);
    });
  }

  test('are forgotten after an hour without', () => {
    assert.equal(afterWrongTimes(1000, accountRules.memory)?.wrong, 1);
    assert.equal(afterWrongTimes(3, accountRules.memory - 1)?.wrong, 3);
  });
});

suite('attempts', () => {
  test('one that came to no answer counts for nothing', () => {
    const attempts = new Attempts(() => 0);
    for (let time = 0; time < 100; time++) {
      assert.equal(attempts.begin('a', 'x'), 0);
      attempts.end('a', 'x', undefined);
    }
  });

  test('one address cannot have every check that may wait', () => {
    const attempts = new Attempts(() => 0);
    const waits = Array.from({ length: 40 }, (_, at) => attempts.begin(`account ${at}`, 'x'));
    assert.deepEqual([waits.filter(wait => wait === 0).length, waits.at(-1)], [24, 1000]);
    assert.equal(attempts.begin('account 39', 'y'), 0);
    attempts.end('account 0', 'x', true);
    assert.equal(attempts.begin('account 38', 'x'), 0);
  });

  test('ten thousand other accounts make one forgotten, no fewer', () => {
    const attempts = new Attempts(() => 0);
    const wrong = (login: string, address: string): number => {
      const wait = attempts.begin(login, address);
      if (wait === 0) attempts.end(login, address, false);
      return wait;
    };
    for (let time = 0; time < 5; time++) wrong('a', 'x');
    for (let at = 0; at < 9999; at++) wrong(`b${at}`, `y${at}`);
    assert.equal(attempts.begin('a', 'z'), 10_000);
    wrong('c', 'y');
    assert.equal(attempts.begin('a', 'z'), 0);
  });
});
