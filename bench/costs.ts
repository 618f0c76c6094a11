/*
 * How long operators and calls are expected to take, beside how long they take, in-process on one thread.
 *
 *     taskset -c 0 node bench/costs.ts [--corpus] [--calls] [NAME...]
 *
 * Of the models of bench/tabular/models.py and bench/costs/models.py, or those that are named; with --corpus also of the
 * small ones of the corpus. Prints a line for each operator: how many of its nodes took long enough to be timed, what
 * was expected over what was measured (least, median, largest), and where it was farthest off. --calls has a line for
 * each call too.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openModel } from '../src/model/formats/index.ts';
import type { NamedTensor } from '../src/tensor/index.ts';
import { readCorpus, familiesOf, versions } from '../test/goldens/corpus.ts';
import { refusals } from '../test/goldens/refusals.ts';
import { tensorsOf } from '../test/goldens/tensors.ts';
import { clocked, computed, type Clocked } from './costs/clocked.ts';
import { median } from './statistics.ts';
import { aboutOf, firstRows } from './tabular/rows.ts';
import { figure, table } from './table.ts';
import { modelsFolder } from './workload.ts';

/** A model with rows to ask it for. */
interface Subject {
  readonly name: string;
  readonly model: Clocked;
  readonly rows: (count: number) => readonly NamedTensor[];
}

/** Something that was expected to take so long, and took so long: nanoseconds. */
interface Pair {
  readonly subject: string;
  readonly expected: number;
  readonly measured: number;
}

/** Many first, so that the code for one has been compiled. */
const rowCounts = [64, 1];
/** What takes less is not told apart by the clock. */
const leastNanoseconds = 30_000;
const repetitions = 200;
/** Nanoseconds that one call is timed over and over again. */
const patience = 50_000_000;

async function* large(names: readonly string[]): AsyncGenerator<Subject> {
  for (const group of ['tabular', 'costs']) {
    const root = join(modelsFolder, group);
    for (const name of existsSync(root) ? readdirSync(root).toSorted() : []) {
      const folder = join(root, name);
      if (!existsSync(join(folder, 'about.json')) || (names.length > 0 && !names.includes(name))) continue;
      const about = aboutOf(folder);
      const rowsOf = firstRows(folder, about);
      const plan = await openModel(readFileSync(join(folder, about.file)), { fileName: about.file });
      yield { name, model: await clocked(plan), rows: count => [rowsOf(count)] };
    }
  }
}

/** As many rows, from the first on and over again. */
function cycled(tensor: NamedTensor, count: number): NamedTensor {
  const [rows = 1, ...inner] = tensor.shape;
  const width = inner.reduce((product, size) => product * size, 1);
  const data = Array.from(
    { length: count * width },
    (_, at) => (tensor.data as Float64Array)[at % (rows * width)],
  );
  const Numbers = tensor.data.constructor as unknown as { from(values: readonly unknown[]): Float64Array };
  const values = (Array.isArray(tensor.data) ? data : Numbers.from(data)) as Float64Array;
  return { ...tensor, shape: [count, ...inner], data: values };
}

async function* small(names: readonly string[]): AsyncGenerator<Subject> {
  const version = versions.at(-1) as string;
  for (const family of familiesOf(version)) {
    const corpus = readCorpus(version, family);
    for (const entry of corpus.entries) {
      const isRefused = refusals.some(one => one.version === version && one.case === entry.case);
      if (isRefused || (names.length > 0 && !names.includes(entry.case))) continue;
      const [run] = corpus.runs(entry);
      if (run === undefined) continue;
      const tensors = tensorsOf(run.input);
      const plan = await openModel(corpus.model(entry), { fileName: entry.model });
      const rows = (count: number) => tensors.map(tensor => cycled(tensor, count));
      yield { name: entry.case, model: await clocked(plan), rows };
    }
  }
}

function timed(model: Clocked, inputs: readonly NamedTensor[], output: string): number {
  let least = Infinity;
  const end = computed() + patience;
  for (let time = 0; time < repetitions && (time < 2 || computed() < end); time++) {
    const before = computed();
    model.call(inputs, output);
    least = Math.min(least, computed() - before);
  }
  return least;
}

/** Times every output of a model, and the operators on the way. */
function measure({ name, model, rows }: Subject, byOperator: Map<string, Pair[]>): readonly Pair[] {
  const calls: Pair[] = [];
  for (const count of rowCounts) {
    const inputs = rows(count);
    for (const { name: output } of model.outputs) {
      const subject = `${name} ${output} × ${count}`;
      model.reset();
      try {
        const expected = model.cost(inputs, output);
        calls.push({ subject, expected, measured: timed(model, inputs, output) });
      } catch {
        // Some cases of the corpus are there to be refused.
        continue;
      }
      for (const { op, expected, measured } of model.nodes(count)) {
        if (Math.max(expected, measured) < leastNanoseconds) continue;
        const pairs = byOperator.get(op) ?? [];
        byOperator.set(op, [...pairs, { subject, expected, measured }]);
      }
    }
  }
  return calls;
}

function ratioOf({ expected, measured }: Pair): number {
  return expected / measured;
}

function lineOf(op: string, pairs: readonly Pair[]): string[] {
  const sorted = pairs.toSorted((a, b) => ratioOf(a) - ratioOf(b));
  const [first, last] = [sorted[0] as Pair, sorted.at(-1) as Pair];
  return [
    op,
    String(pairs.length),
    ...[ratioOf(first), median(pairs.map(ratioOf)), ratioOf(last)].map(figure),
    first.subject,
    last.subject,
  ];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { corpus: { type: 'boolean', default: false }, calls: { type: 'boolean', default: false } },
});
const byOperator = new Map<string, Pair[]>();
const calls: Pair[] = [];
for (const subjects of values.corpus ? [large(positionals), small(positionals)] : [large(positionals)])
  for await (const subject of subjects) calls.push(...measure(subject, byOperator));

const head = ['operator', 'nodes', 'least', 'median', 'largest', 'least at', 'largest at'];
const lines = [...byOperator]
  .toSorted(([a], [b]) => a.localeCompare(b))
  .map(([op, pairs]) => lineOf(op, pairs));
process.stdout.write(`## Expected ÷ measured, by operator\n\n${table(head, lines)}\n`);
if (values.calls) {
  const each = calls.map(pair => [
    pair.subject,
    ...[pair.expected / 1000, pair.measured / 1000, ratioOf(pair)].map(figure),
  ]);
  process.stdout.write(`\n## Calls\n\n${table(['call', 'expected µs', 'measured µs', 'ratio'], each)}\n`);
}
