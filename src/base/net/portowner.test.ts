import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listeners } from './portowner.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0
   1: 0200007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22 1 0 100 0 0 10 0
   2: 0100007F:1F90 0100007F:A001 01 00000000:00000000 00:00000000 00000000     0        0 33 1 0 100 0 0 10 0
   3: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 44 1 0 100 0 0 10 0
`;

test('listeners on the address or on every address are those in the way', () => {
  assert.deepEqual(listeners(table, '127.0.0.1', 8080), ['11']);
  assert.deepEqual(listeners(table, '127.0.0.2', 8080), ['22']);
  assert.deepEqual(listeners(table, '127.0.0.3', 8080), []);
  assert.deepEqual(listeners(table, '0.0.0.0', 8080), ['11', '22']);
  assert.deepEqual(listeners(table, '127.9.9.9', 80), ['44']);
  assert.deepEqual(listeners(table, '::1', 80), ['44']);
  assert.deepEqual(listeners('', '127.0.0.1', 80), []);
});
