import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MemoryRecords } from '../index.ts';
import { Sessions } from './sessions.ts';

const start = 1_790_000_000_000;
const hour = 3_600_000;
const day = 24 * hour;
const step = hour / 10;
const ada = { name: 'ada@example.com', groups: ['team'] };

interface World {
  readonly sessions: Sessions;
  readonly records: MemoryRecords;
  now: number;
}

/** Sessions that end when nobody uses them for so many milliseconds. */
function made(idle: number): World {
  const world = { now: start };
  const now = (): number => world.now;
  const records = new MemoryRecords(now);
  return Object.assign(world, { records, sessions: new Sessions(records, now, idle) });
}

suite('sessions that nobody uses', () => {
  test('what is shown once more before that is good for as long again', () => {
    const world = made(hour);
    const { handle } = world.sessions.open(ada, { user: ada, grant: undefined, expires: start + day });
    world.now += hour - 1;
    assert.notEqual(world.sessions.find(handle), undefined);
    world.now += hour - 1;
    assert.notEqual(world.sessions.find(handle), undefined);
    world.now += hour + step + 1;
    assert.equal(world.sessions.find(handle), undefined);
  });

  test('however many gateways remember them, none ends before it was idle for so long', () => {
    const world = made(hour);
    const { handle } = world.sessions.open(ada, { user: ada, grant: undefined, expires: start + day });
    // The last use that nobody tells the keeper of is just before a gateway has to ask again.
    for (let asked = 0; asked < 300; asked++) {
      world.now += step / 7;
      const known = world.sessions.find(handle);
      const [{ expires: ends } = { expires: 0 }] = world.records.list('session');
      const fresh = known?.fresh ?? 0;
      assert.ok(fresh > world.now && fresh <= world.now + step, `asked again after ${fresh - world.now} ms`);
      assert.ok(ends === start + day || ends >= fresh + hour, `${fresh + hour - ends} ms too early`);
    }
  });

  test('that have nearly had their 24 hours are not asked about, nor written down, all the time', context => {
    const world = made(hour);
    const { handle } = world.sessions.open(ada, { user: ada, grant: undefined, expires: start + day });
    const put = context.mock.method(world.records, 'put');
    for (; world.now < start + day; world.now += step / 7) {
      const known = world.sessions.find(handle);
      assert.ok((known?.fresh ?? 0) >= world.now + step / 2);
      if (world.now > start + day - hour) assert.equal(put.mock.callCount(), 0);
      put.mock.resetCalls();
    }
  });

  test('of those that may be idle for all their time nothing is written down', () => {
    const world = made(day);
    const { handle } = world.sessions.open(ada, { user: ada, grant: undefined, expires: start + day });
    const before = world.records.list('session');
    world.now += hour;
    assert.equal(world.sessions.find(handle)?.fresh, undefined);
    assert.deepEqual(world.records.list('session'), before);
  });
});
