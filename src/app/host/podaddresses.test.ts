import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { createLog } from '../../base/log/index.ts';
import { type Addressing, listening, sharesAddress } from './podaddresses.ts';

/** What is told of a block. */
async function told(
  block: string,
  asked: Addressing,
  probe = listening,
): Promise<{ shares: boolean; lines: Record<string, string>[] }> {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createLog({ level: 'info', format: 'json', colour: false, now: Date.now, write });
  const shares = await sharesAddress(asked, block, log, probe);
  return { shares, lines: lines.map(one => JSON.parse(one) as Record<string, string>) };
}

test('addresses that this machine does not have are told with what adds them', async () => {
  // Of documentation (RFC 5737), where machines of a test may still live.
  const own = Object.values(networkInterfaces()).flatMap(list => list?.map(one => one.address) ?? []);
  const net = ['192.0.2', '198.51.100', '203.0.113'].find(one => !own.includes(`${one}.2`)) ?? assert.fail();
  const each = await told(`${net}.0/24`, 'each');
  assert.deepEqual([each.shares, each.lines.length], [false, 1]);
  const [line] = each.lines;
  assert.equal(line?.['level'], 'warning');
  assert.equal(line['address'], `${net}.2`);
  assert.equal(line['reason'], 'EADDRNOTAVAIL');
  assert.match(line['fix'] ?? '', /ifconfig lo0 alias [\d.]+\.2.*--pod-addresses/);
  const auto = await told(`${net}.0/24`, 'auto');
  assert.deepEqual([auto.shares, auto.lines.length, auto.lines[0]?.['reason']], [true, 1, 'EADDRNOTAVAIL']);
});

test('where the addresses are here, they are shared only when that is asked for', async () => {
  const probe = (host: string): ReturnType<typeof listening> => listening(host.replace(/\.2$/, '.1'));
  for (const asked of ['auto', 'each'] as const) {
    assert.deepEqual(await told('127.0.0.0/30', asked, probe), { shares: false, lines: [] });
  }
  const { shares, lines } = await told('127.0.0.0/30', 'one', probe);
  assert.deepEqual([shares, lines.length], [true, 1]);
  assert.match(lines[0]?.['services'] ?? '', /davit\\\.dev\/listens-on/);
});
