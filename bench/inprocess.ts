/*
 * Davit's engine in-process, without a server: what a call on the forest costs. The twin of bare.py.
 *
 *     taskset -c 0 node bench/inprocess.ts [--seconds 3] [--answers FILE]
 *
 * Prints a JSON line for each call: wall microseconds (least, median, p99), the CPU microseconds of a call, and how many
 * were timed. --answers writes what the calls returned.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineFor, type Executable } from '../src/model/engines/index.ts';
import { openModel } from '../src/model/formats/index.ts';
import { isCoded, type NamedTensor, type TensorData } from '../src/tensor/index.ts';
import { median, quantile } from './statistics.ts';
import { modelsFolder, workload } from './workload.ts';

const features = 20;
const methods = ['predict', 'predict_proba'] as const;

function firstRows(count: number): NamedTensor {
  const body = JSON.parse(workload('forest', 1000).body.toString()) as { inputs: { data: number[] }[] };
  const data = Float32Array.from(body.inputs[0]!.data.slice(0, count * features));
  return { name: 'input-0', datatype: 'FP32', shape: [count, features], data };
}

async function load(): Promise<Executable> {
  const fileName = 'model.joblib';
  const plan = await openModel(readFileSync(join(modelsFolder, 'forest', fileName)), { fileName });
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
  return Array.from(data, Number);
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '3' }, answers: { type: 'string' } },
});
const forest = await load();
for (const method of methods) {
  for (const rows of [1, 1000]) {
    const inputs = [firstRows(rows)];
    const figures = await timed(() => forest.run(inputs, [method]), Number(values.seconds));
    process.stdout.write(`${JSON.stringify({ method, rows, ...figures })}\n`);
  }
}
if (values.answers !== undefined) {
  const inputs = [firstRows(1000)];
  const answers = Object.fromEntries(
    await Promise.all(
      methods.map(async method => [method, plain((await forest.run(inputs, [method]))[0]!.data)] as const),
    ),
  );
  writeFileSync(values.answers, JSON.stringify(answers));
}
