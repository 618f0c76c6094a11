import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FromShared, SeatRequest } from '../../src/host/runners/index.ts';
import { SharedPool } from '../../src/serve/index.ts';
import { SeatTable } from '../../src/app/seats/table.ts';

const iris = join(import.meta.dirname, '../../examples/iris/iris-model.joblib');
const record = mkdtempSync(join(tmpdir(), 'davit-table-'));
const pool = new SharedPool({
  size: 2,
  memory: Number.POSITIVE_INFINITY,
  resident: () => 0,
  now: () => performance.now(),
});
after(() => {
  pool.end();
  rmSync(record, { recursive: true });
});

function opened(): { table: SeatTable; told: FromShared[] } {
  const told: FromShared[] = [];
  let generation = 0;
  const around = { pool, nextGeneration: () => ++generation, version: 'test' };
  return { table: new SeatTable(around, message => void told.push(message)), told };
}

function request(number: number): SeatRequest {
  const words = ['serve', '--model_name=iris', `--model_dir=${iris}`, '--host=127.0.0.1', '--http_port=0'];
  return { record, number, words, folder: tmpdir(), environment: {} };
}

test('a seat that is dropped while it starts is told to have ended, and not that it sits', async () => {
  const { table, told } = opened();
  const sat = table.take({ do: 'sit', request: request(1) });
  await table.take({ do: 'drop', record, number: 1 });
  await sat;
  assert.deepEqual(told, [{ is: 'ended', record, number: 1, status: 137 }]);
  assert.deepEqual(table.here(), { is: 'here', pid: process.pid, seats: [] });
});

test('a seat that takes the place of one that starts keeps it', async () => {
  const { table, told } = opened();
  await Promise.all([1, 2].map(number => table.take({ do: 'sit', request: request(number) })));
  assert.deepEqual(
    told.map(message => [message.is, 'number' in message ? message.number : 0]),
    [
      ['ended', 1],
      ['ready', 2],
      ['seated', 2],
    ],
  );
  assert.deepEqual(table.here(), {
    is: 'here',
    pid: process.pid,
    seats: [{ record, number: 2, ready: true }],
  });
  await table.close();
  assert.deepEqual(told.at(-1), { is: 'ended', record, number: 2, status: 0 });
});
