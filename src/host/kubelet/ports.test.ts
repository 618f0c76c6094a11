import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { Ports } from './ports.ts';

test('ports are given once until they are given back, and none that somebody has', async () => {
  const taken = new Set([20_001, 20_003]);
  const ports = new Ports('127.0.0.1', 0, async (_, port) => !taken.has(port));
  assert.deepEqual(
    [...((await ports.take([8080, 9081])) ?? [])],
    [
      [8080, 20_000],
      [9081, 20_002],
    ],
  );
  assert.deepEqual([...((await ports.take([8080])) ?? [])], [[8080, 20_004]]);
  const again = new Ports('127.0.0.1', 9999, async () => true);
  again.keep([20_000]);
  assert.deepEqual(
    [...((await again.take([1, 2])) ?? [])],
    [
      [1, 29_999],
      [2, 20_001],
    ],
  );
});

test('where there are not enough, none is taken', async () => {
  let free = 1;
  const ports = new Ports('127.0.0.1', 0, async () => free-- > 0);
  assert.equal(await ports.take([1, 2]), undefined);
  free = 20_000;
  assert.equal((await ports.take([1, 2]))?.size, 2);
});

test('a port that somebody has taken is given back for another, as long as there is one', async () => {
  const taken = new Set<number>();
  let none = false;
  const ports = new Ports('127.0.0.1', 0, async (_, port) => !none && !taken.has(port));
  const given = (await ports.take([8080, 9081])) ?? assert.fail();
  assert.equal(await ports.renewed(given, [8080, 9081]), given);
  taken.add(20_000);
  assert.equal(await ports.renewed(given, [9081]), given);
  const other = await ports.renewed(given, [8080, 9081]);
  assert.deepEqual(Object.fromEntries(other), { 8080: 20_002, 9081: 20_001 });
  none = true;
  assert.equal(await ports.renewed(other, [8080]), other);
  none = false;
  taken.clear();
  const all = new Set<number>();
  for (let given = await ports.take([1]); given !== undefined; given = await ports.take([1]))
    all.add(given.get(1) ?? 0);
  assert.ok(all.has(20_000) && !all.has(20_002) && !all.has(20_001));
});

test('the system is asked whether a port is free', async context => {
  const server = createServer();
  context.after(() => server.close());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  // Only numbers that are given out can be asked for.
  const from = port - 20_000;
  const ports = new Ports('127.0.0.1', from >= 0 && from < 10_000 ? from : 0);
  const [[, given = 0] = []] = (await ports.take([8080])) ?? [];
  assert.ok(given >= 20_000 && given < 30_000 && given !== port);
});
