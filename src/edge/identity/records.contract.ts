/** What every place that keeps records has to do; each adapter runs these tests. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { recordKinds, type Records, type Row } from './contract.ts';

interface Made {
  readonly records: Records;
  /** Moves the clock of the records, milliseconds. */
  readonly pass: (milliseconds: number) => void;
}

const start = 1_790_000_000_000;

function row(id: string, more: Partial<Row> = {}): Row {
  return { id, value: `{"of":"${id}"}`, owner: '', expires: start + 1000, ...more };
}

export function testRecords(name: string, make: (now: () => number) => Records): void {
  const made = (): Made => {
    let now = start;
    return { records: make(() => now), pass: milliseconds => void (now += milliseconds) };
  };

  suite(`records ${name}`, () => {
    test('what is put is there until it expires', () => {
      const { records, pass } = made();
      records.put('session', row('a'));
      assert.deepEqual(records.get('session', 'a'), row('a'));
      assert.equal(records.get('session', 'b'), undefined);
      pass(999);
      assert.deepEqual(records.get('session', 'a'), row('a'));
      pass(1);
      assert.equal(records.get('session', 'a'), undefined);
      assert.deepEqual([records.list('session'), records.count('session')], [[], 0]);
      assert.equal(records.take('session', 'a'), undefined);
    });

    test('a row put again is replaced', () => {
      const { records } = made();
      records.put('user', row('a', { owner: 'one' }));
      records.put('user', row('a', { owner: 'two', value: '2', expires: Infinity }));
      assert.deepEqual(records.list('user'), [{ id: 'a', value: '2', owner: 'two', expires: Infinity }]);
      assert.deepEqual(records.list('user', 'one'), []);
    });

    test('infinity never expires', () => {
      const { records, pass } = made();
      records.put('secret', row('a', { expires: Infinity }));
      pass(1e12);
      assert.equal(records.get('secret', 'a')?.expires, Infinity);
    });

    test('a row is taken once', () => {
      const { records } = made();
      records.put('code', row('a'));
      assert.deepEqual(records.take('code', 'a'), row('a'));
      assert.equal(records.take('code', 'a'), undefined);
      assert.equal(records.get('code', 'a'), undefined);
    });

    test('kinds do not meet', () => {
      const { records } = made();
      for (const kind of recordKinds) records.put(kind, row('a', { value: kind }));
      for (const kind of recordKinds) assert.equal(records.get(kind, 'a')?.value, kind);
      records.take('session', 'a');
      assert.equal(records.get('session', 'a'), undefined);
      assert.equal(records.get('user', 'a')?.value, 'user');
    });

    test('rows of one owner are listed and removed together', () => {
      const { records } = made();
      for (const [id, owner] of [
        ['a', 'one'],
        ['b', 'two'],
        ['c', 'one'],
        ['d', ''],
      ] as const) {
        records.put('session', row(id, { owner }));
      }
      const ids = (rows: readonly Row[]): string[] => rows.map(({ id }) => id).toSorted();
      assert.deepEqual(ids(records.list('session', 'one')), ['a', 'c']);
      assert.deepEqual(ids(records.list('session', '')), ['d']);
      assert.deepEqual(ids(records.removeOwned('session', 'one')), ['a', 'c']);
      assert.deepEqual(ids(records.list('session')), ['b', 'd']);
      assert.deepEqual(records.removeOwned('session', 'one'), []);
    });

    test('the oldest is the one that expires first', () => {
      const { records } = made();
      records.put('request', row('b', { expires: start + 200 }));
      records.put('request', row('a', { expires: start + 100 }));
      records.put('request', row('c', { expires: Infinity }));
      records.removeOldest('request');
      assert.deepEqual([records.get('request', 'a'), records.count('request')], [undefined, 2]);
      records.removeOldest('request');
      records.removeOldest('request');
      records.removeOldest('request');
      assert.equal(records.count('request'), 0);
    });

    test('what is done together is done, and not at all when a part of it fails', () => {
      const { records } = made();
      records.put('user', row('a', { value: '1' }));
      const done = records.together(() => {
        records.put('user', row('a', { value: '2' }));
        records.together(() => records.put('session', row('s', { owner: 'a' })));
        return records.get('user', 'a')?.value;
      });
      assert.deepEqual([done, records.count('session')], ['2', 1]);
      const fails = (): void => {
        records.put('user', row('a', { value: '3' }));
        records.put('user', row('b'));
        records.removeOwned('session', 'a');
        records.take('user', 'a');
        records.put('revoked-grant', row('g'));
        records.removeOldest('revoked-grant');
        throw new Error('a part of it fails');
      };
      assert.throws(() => records.together(fails), /a part of it fails/);
      assert.throws(() => records.together(() => records.together(fails)), /a part of it fails/);
      assert.deepEqual(records.list('user'), [row('a', { value: '2' })]);
      assert.deepEqual(records.list('session', 'a'), [row('s', { owner: 'a' })]);
      assert.deepEqual(
        [records.count('user'), records.count('session'), records.count('revoked-grant')],
        [1, 1, 0],
      );
      records.put('user', row('c'));
      assert.equal(records.count('user'), 2);
    });

    test('rows of one owner are counted, and the oldest of them goes first', () => {
      const { records, pass } = made();
      assert.equal(records.largestOwner('request'), undefined);
      for (const [id, owner, life] of [
        ['a', 'one', 300],
        ['b', 'two', 100],
        ['c', 'one', 200],
        ['d', 'one', 400],
        ['e', 'two', 500],
      ] as const) {
        records.put('request', row(id, { owner, expires: start + life }));
      }
      assert.deepEqual([records.count('request', 'one'), records.count('request', 'three')], [3, 0]);
      assert.equal(records.largestOwner('request'), 'one');
      records.removeOldest('request', 'one');
      assert.deepEqual([records.get('request', 'c'), records.count('request', 'one')], [undefined, 2]);
      assert.notEqual(records.get('request', 'b'), undefined);
      records.removeOldest('request', 'three');
      assert.equal(records.count('request'), 4);
      pass(300);
      assert.deepEqual([records.count('request', 'one'), records.count('request', 'two')], [1, 1]);
    });

    test('whoever has nothing but what has expired has not most', () => {
      const { records, pass } = made();
      for (const id of ['a', 'b', 'c']) {
        records.put('request', row(id, { owner: 'one', expires: start + 100 }));
      }
      records.put('request', row('d', { owner: 'two', expires: start + 500 }));
      pass(100);
      assert.equal(records.largestOwner('request'), 'two');
      assert.equal(records.removeOldest('request')?.id, 'd');
      assert.deepEqual([records.removeOldest('request'), records.count('request')], [undefined, 0]);
      assert.equal(records.largestOwner('request'), undefined);
    });

    test('any text is kept as it is', () => {
      const { records } = made();
      const text = '{"t":"Ünïcödé \u0000 \' \\" ; DROP TABLE rows; 😀"}';
      records.put('user', row("o'brien@example.com", { value: text, owner: "'; --" }));
      assert.equal(records.get('user', "o'brien@example.com")?.value, text);
      assert.equal(records.list('user', "'; --").length, 1);
    });
  });
}
