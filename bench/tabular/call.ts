/*
 * Davit's engine in-process, without a server: what a call costs on one thread. The twin of call.py.
 *
 *     taskset -c 0 node bench/tabular/call.ts MODEL [--rows 1,32,10000] [--seconds 3] [--answers FILE]
 *
 * Prints a JSON line for each number of rows: wall microseconds (least, median, p99), the CPU microseconds of a call, and
 * how many were timed. --answers writes what a call on the first 1,000 rows returns.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineFor, type Executable } from '../../src/model/engines/index.ts';
import { openModel } from '../../src/model/formats/index.ts';
import { isCoded, type NamedTensor, type TensorData } from '../../src/tensor/index.ts';
import { median, quantile } from '../statistics.ts';
import { modelsFolder } from '../workload.ts';
import { aboutOf, firstRows } from './rows.ts';

async function load(folder: string, fileName: string): Promise<Executable> {
  const plan = await openModel(readFileSync(join(folder, fileName)), { fileName });
  return (await engineFor(plan)).compile(plan);
}

async function timed(call: () => unknown, seconds: number): Promise<object> {
  await call();
  await call();
  const wall: number[] = [];
  const end = performance.now() + seconds * 1000;
  const cpu = process.cpuUsage();
  while (performance.now() < end || wall.length < 3) {
    const before = performance.now();
    const result = call();
    if (result instanceof Promise) await result;
    wall.push((performance.now() - before) * 1000);
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    least: quantile(wall, 0),
    median: median(wall),
    p99: quantile(wall, 0.99),
    cpu: (user + system) / wall.length,
    calls: wall.length,
  };
}

function plain(data: TensorData): readonly number[] {
  if (isCoded(data)) return Array.from(data.codes, code => Number(data.values[code]));
  return Array.from(data as ArrayLike<number>, Number);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '1,32,10000' },
    seconds: { type: 'string', default: '3' },
    answers: { type: 'string' },
  },
});
const folder = join(modelsFolder, 'tabular', positionals[0] ?? '');
const about = aboutOf(folder);
const rowsOf = firstRows(folder, about);
const model = await load(folder, about.file);
for (const rows of values.rows.split(',').map(Number)) {
  const inputs = [rowsOf(rows)];
  const figures = await timed(() => model.run(inputs, [about.method ?? '']), Number(values.seconds));
  process.stdout.write(`${JSON.stringify({ rows, ...figures })}\n`);
}
if (values.answers !== undefined) {
  const [answer] = await model.run([rowsOf(1000)], [about.method ?? '']);
  writeFileSync(values.answers, JSON.stringify(plain((answer as NamedTensor).data)));
}
