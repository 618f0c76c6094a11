import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isQuiet, waitQuiet, watched } from '../measure.ts';
import type { Session } from '../session.ts';
import { pairedRatios, spread } from '../statistics.ts';
import { figure, spreadText, table } from '../table.ts';
import { modelsFolder, peersFolder } from '../workload.ts';

const sides = ['library', 'davit'] as const;
type Side = (typeof sides)[number];

const here = join(import.meta.dirname, '../tabular');
const programs: Readonly<Record<Side, readonly [string, ...string[]]>> = {
  library: [join(peersFolder, 'bare/bin/python'), join(here, 'call.py')],
  davit: [process.execPath, '--disable-warning=ExperimentalWarning', join(here, 'call.ts')],
};

/** What either program prints of a call, in microseconds. */
interface Call {
  readonly rows: number;
  readonly least: number;
  readonly median: number;
  readonly p99: number;
  readonly cpu: number;
  readonly calls: number;
}

interface Timed extends Call {
  readonly model: string;
  readonly side: Side;
  readonly round: number;
  readonly strangers: number;
  readonly stolen: number;
}

async function callsOf(
  side: Side,
  model: string,
  seconds: number,
  answers: string,
): Promise<readonly Call[]> {
  const args = [
    '-c',
    '0',
    ...programs[side],
    model,
    '--seconds',
    String(seconds),
    '--answers',
    `${answers}.${side}`,
  ];
  const { stdout } = await promisify(execFile)('taskset', args);
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Call);
}

/** How far the answers are apart, as a share of the largest. @throws above 1e-6 */
function compare(model: string, file: string): number {
  const [theirs, ours] = sides.map(side => JSON.parse(readFileSync(`${file}.${side}`, 'utf8')) as number[]);
  const largest = theirs!.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const apart = Math.max(...theirs!.map((one, at) => Math.abs(one - (ours![at] ?? Number.NaN))));
  if (ours!.length !== theirs!.length || !(apart <= 1e-6 * largest))
    throw new Error(`${model}: the answers differ by ${apart}`);
  return apart;
}

/** Alternates the library and Davit; both call in-process on one core. */
async function measure(session: Session, model: string, answers: string): Promise<readonly Timed[]> {
  const { rounds, seconds, patience } = session.options;
  const timed: Timed[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      await waitQuiet(patience);
      const { result, strangers, stolen } = await watched(undefined, () =>
        callsOf(side, model, seconds, answers),
      );
      for (const call of result) {
        const one = { model, side, round, ...call, strangers, stolen };
        timed.push(one);
        session.record('tabular', one);
        session.tell(
          `${model}, round ${round + 1}/${rounds} ${side}, ${call.rows} rows: ${figure(call.median)} µs`,
        );
      }
    }
  }
  session.tell(`${model}: answers apart by ${compare(model, answers)} at most`);
  return timed;
}

function linesOf(all: readonly Timed[]): string[][] {
  const keys = new Map(all.map(({ model, rows }) => [`${model} ${rows}`, { model, rows }]));
  return [...keys.values()].map(({ model, rows }) => {
    const of = (side: Side) =>
      all.filter(one => one.side === side && one.model === model && one.rows === rows);
    const [theirs, ours] = sides.map(of) as [Timed[], Timed[]];
    const times = (some: readonly Timed[]) => new Map(some.map(one => [one.round, one.median]));
    const runs = [...theirs, ...ours];
    return [
      model,
      rows.toLocaleString('en-US'),
      ...[theirs, ours].map(some => spreadText(spread(some.map(one => one.median)))),
      spreadText(spread(pairedRatios(times(theirs), times(ours)))),
      `${runs.filter(isQuiet).length}/${runs.length}`,
    ];
  });
}

/** Each model of `bench/tabular/models.py`: a call of its library and of Davit, one thread each. */
export async function tabular(session: Session): Promise<void> {
  const wanted = session.options.models;
  const all = readdirSync(join(modelsFolder, 'tabular')).toSorted();
  const models = all.filter(model => wanted.length === 0 || wanted.includes(model));
  const folder = mkdtempSync(join(tmpdir(), 'davit-bench-tabular-'));
  const timed: Timed[] = [];
  for (const model of models) timed.push(...(await measure(session, model, join(folder, model))));
  rmSync(folder, { recursive: true });
  const head = ['model', 'rows', 'library µs', 'Davit µs', 'library ÷ Davit, paired', 'quiet runs'];
  session.print(`## Calls in-process, one thread\n\n${table(head, linesOf(timed))}`);
}
