import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { createLog } from '../../base/log/index.ts';
import { checkPodAddresses, listening } from './podaddresses.ts';

/** What is told of a block. */
async function told(block: string, probe = listening): Promise<{ here: boolean; lines: string[] }> {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createLog({ level: 'info', format: 'json', colour: false, now: Date.now, write });
  return { here: await checkPodAddresses(block, log, probe), lines };
}

test('addresses that this machine does not have are told with what adds them', async () => {
  // Of documentation (RFC 5737), where machines of a test may still live.
  const own = Object.values(networkInterfaces()).flatMap(list => list?.map(one => one.address) ?? []);
  const net = ['192.0.2', '198.51.100', '203.0.113'].find(one => !own.includes(`${one}.2`)) ?? assert.fail();
  const { here, lines } = await told(`${net}.0/24`);
  assert.equal(here, false);
  const [line, ...others] = lines.map(one => JSON.parse(one) as Record<string, string>);
  assert.deepEqual(others, []);
  assert.equal(line?.['level'], 'warning');
  assert.equal(line['address'], `${net}.2`);
  assert.equal(line['reason'], 'EADDRNOTAVAIL');
  assert.match(line['fix'] ?? '', /ifconfig lo0 alias [\d.]+\.2.*--pod-addresses/);
});

test('addresses that are here are not told of', async () => {
  assert.deepEqual(await told('127.0.0.0/30', host => listening(host.replace(/\.2$/, '.1'))), {
    here: true,
    lines: [],
  });
});
