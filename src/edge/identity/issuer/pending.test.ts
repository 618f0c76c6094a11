import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MemoryRecords } from '../index.ts';
import { defaultBounds, defaultLifetimes } from './contract.ts';
import { PendingStore, type Wanted } from './pending.ts';

const wanted: Wanted = {
  clientId: 'app',
  redirectUri: '/cb',
  scopes: ['openid'],
  state: undefined,
  nonce: undefined,
  challenge: undefined,
  force: false,
};

function pending(bounds: Partial<typeof defaultBounds>) {
  const world = { now: 1_790_000_000_000 };
  const now = (): number => world.now;
  const records = new MemoryRecords(now);
  const told: [network: string, most: number][] = [];
  const onCrowded = (...crowded: [network: string, most: number]): void => void told.push(crowded);
  const all = {
    records,
    lifetimes: defaultLifetimes,
    bounds: { ...defaultBounds, ...bounds },
    now,
    onCrowded,
  };
  const store = new PendingStore(all);
  const begin = (client: string): string => {
    world.now++;
    return store.begin(wanted, client);
  };
  return { world, records, store, begin, told };
}

suite('logins under way', () => {
  test('one client pushes out its own oldest, and nobody else’s', () => {
    const { records, store, begin } = pending({ requests: 100, requestsOfOne: 10 });
    const victim = begin('192.0.2.1');
    const own = Array.from({ length: 200 }, () => begin('203.0.113.9'));
    assert.notEqual(store.atLogin(victim), undefined);
    assert.equal(records.count('request'), 11);
    assert.deepEqual(
      own.map(id => store.atLogin(id) !== undefined),
      own.map((_, at) => at >= 190),
    );
  });

  test('this machine, which may be a proxy that is not told of, has room for as many as all', () => {
    const { records, store, begin } = pending({ requests: 100, requestsOfOne: 10 });
    const first = begin('loopback');
    for (let at = 0; at < 90; at++) begin('loopback');
    assert.notEqual(store.atLogin(first), undefined);
    assert.equal(records.count('request', 'loopback'), 91);
  });

  test('many clients push out those who have most, and a login that has its password stays with its client', () => {
    const { records, store, begin } = pending({ requests: 100, requestsOfOne: 50 });
    const victim = begin('192.0.2.1');
    store.prove(victim, { email: 'a@b', stamp: '', byBrowser: false, address: '192.0.2.1' });
    for (let at = 0; at < 1000; at++) begin(`203.0.113.${at % 20}`);
    assert.notEqual(store.atApproval(victim), undefined);
    assert.ok(
      records.count('request') <= 100 && records.count('request') >= 90,
      `${records.count('request')}`,
    );
    assert.equal(records.count('request', '192.0.2.1'), 1);
  });

  test('that one client has too many is told, once a minute at most', () => {
    const { world, begin, told } = pending({ requests: 100, requestsOfOne: 10 });
    for (let at = 0; at < 10; at++) begin('203.0.113.9');
    assert.deepEqual(told, []);
    for (let at = 0; at < 50; at++) begin('203.0.113.9');
    for (let at = 0; at < 50; at++) begin('2001:db8::/64');
    assert.deepEqual(told, [['203.0.113.9', 10]]);
    world.now += 60_000;
    begin('2001:db8::/64');
    begin('203.0.113.9');
    assert.deepEqual(told.slice(1), [['2001:db8::/64', 10]]);
    // Of a clock that is set back.
    world.now -= 3_600_000;
    begin('203.0.113.9');
    assert.equal(told.length, 3);
  });

  test('what has taken too long makes room by itself', () => {
    const { world, records, begin } = pending({ requests: 5, requestsOfOne: 5 });
    for (let at = 0; at < 5; at++) begin('192.0.2.1');
    world.now += defaultLifetimes.request;
    begin('192.0.2.2');
    assert.deepEqual([records.count('request'), records.count('request', '192.0.2.1')], [1, 0]);
  });
});
