import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cell } from './measure.ts';
import { besideTable, ratioOf, throughputTables } from './report.ts';

function cell(server: string, round: number, rate: number, strangers: number): Cell {
  const where = { server, workload: 'iris-2', connections: 8, round };
  const load = { requests: rate, seconds: 1, rate, p50: 1, p99: 2, max: 3, errors: 0 };
  return { ...where, ...load, cpuMicros: 1e6 / rate, cores: 1, loadCores: 0.5, strangers, stolen: 0 };
}

const base = [cell('nginx', 0, 100, 0), cell('nginx', 1, 200, 0.9), cell('nginx', 2, 400, 0)];
const other = [cell('davit', 0, 50, 0), cell('davit', 1, 50, 0), cell('davit', 2, 100, 0.2)];

test('ratios pair a round with itself, where both were undisturbed', () => {
  assert.deepEqual(ratioOf(other, base, 'rate'), { min: 0.5, median: 0.5, max: 0.5, count: 1 });
});

test('without a round that was quiet for both, all rounds count', () => {
  const noisy = other.map(one => ({ ...one, strangers: 1 }));
  assert.deepEqual(ratioOf(noisy, base, 'rate'), { min: 0.25, median: 0.25, max: 0.5, count: 3 });
  assert.equal(ratioOf([], base, 'rate'), undefined);
});

test('a server without a quiet round is marked, and quiet rounds are counted', () => {
  const noisy = other.map(one => ({ ...one, strangers: 1 }));
  const text = throughputTables([...base, ...noisy], 'nginx');
  assert.match(text, /\| ~davit \| 50 \/ \*\*50\*\* \/ 100 .* 0\/3 /);
  assert.match(text, /\| nginx \| 100 \/ \*\*250\*\* \/ 400 .* 2\/3 /);
});

test('beside the first server of a workload, the others say how many times it is better', () => {
  const lines = besideTable([...other, ...base]).split('\n');
  assert.match(lines[2] ?? '', /^\| iris-2 \| davit \| .* \| 1 \| 1 \| 2\/3 \| 0 \|$/);
  assert.match(
    lines[3] ?? '',
    /\| nginx \| .* \| 0\.5 \/ \*\*0\.5\*\* \/ 0\.5 \| 0\.5 \/ \*\*0\.5\*\* \/ 0\.5 \|/,
  );
});
