import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { davit, pythonPeers } from '../lineup.ts';
import { isQuiet, waitQuiet, watched } from '../measure.ts';
import { throughputTables } from '../report.ts';
import type { Session } from '../session.ts';
import { pairedRatios, spread } from '../statistics.ts';
import { figure, spreadText, table } from '../table.ts';
import { peersFolder, workload } from '../workload.ts';
import { throughput } from './throughput.ts';

const sides = ['scikit-learn', 'davit'] as const;
type Side = (typeof sides)[number];

const here = join(import.meta.dirname, '..');
const programs: Readonly<Record<Side, readonly string[]>> = {
  'scikit-learn': [join(peersFolder, 'bare/bin/python'), join(here, 'bare.py')],
  davit: [process.execPath, '--disable-warning=ExperimentalWarning', join(here, 'inprocess.ts')],
};

/** What either program prints of a call, in microseconds. */
interface Call {
  readonly method: string;
  readonly rows: number;
  readonly least: number;
  readonly median: number;
  readonly p99: number;
  readonly cpu: number;
  readonly calls: number;
}

interface Timed extends Call {
  readonly side: Side;
  readonly round: number;
  readonly strangers: number;
  readonly stolen: number;
}

type Answers = Readonly<Record<'predict' | 'predict_proba', readonly number[]>>;

async function runSide(side: Side, seconds: number, answers: string): Promise<readonly Call[]> {
  const [command, ...words] = programs[side];
  const args = ['-c', '0', command!, ...words, '--seconds', String(seconds), '--answers', answers];
  const { stdout } = await promisify(execFile)('taskset', args);
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Call);
}

/** @throws unless labels are equal and probabilities agree to 1e-9. */
function compare(ours: Answers, theirs: Answers): number {
  const apart = (key: keyof Answers): number =>
    Math.max(...theirs[key].map((value, i) => Math.abs(value - (ours[key][i] ?? Number.NaN))));
  const [labels, probabilities] = [apart('predict'), apart('predict_proba')];
  if (labels !== 0 || !(probabilities <= 1e-9)) {
    throw new Error(`the forest's answers differ: labels by ${labels}, probabilities by ${probabilities}`);
  }
  return probabilities;
}

/** Alternates the two programs; both call the library in-process on one core. */
async function inProcess(session: Session): Promise<readonly Timed[]> {
  const { rounds, seconds, patience } = session.options;
  const folder = mkdtempSync(join(tmpdir(), 'davit-bench-forest-'));
  const fileOf = (side: Side): string => join(folder, side);
  const timed: Timed[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      await waitQuiet(patience);
      const { result, strangers, stolen } = await watched(undefined, () =>
        runSide(side, seconds, fileOf(side)),
      );
      for (const call of result) {
        const one = { side, round, ...call, strangers, stolen };
        timed.push(one);
        session.record('forest', one);
        session.tell(
          `round ${round + 1}/${rounds} ${side}.${call.method}, ${call.rows} rows: ${figure(call.median)} µs`,
        );
      }
    }
  }
  const [theirs, ours] = sides.map(side => JSON.parse(readFileSync(fileOf(side), 'utf8')) as Answers);
  session.tell(
    `labels equal, probabilities apart by ${compare(ours!, theirs!)} at most, over ${theirs!.predict.length} rows`,
  );
  rmSync(folder, { recursive: true });
  return timed;
}

function inProcessTable(all: readonly Timed[]): string {
  const keys = new Set(all.map(({ method, rows }) => `${method}, ${rows} row(s)`));
  const lines = [...keys].map(key => {
    const of = (side: Side) =>
      all.filter(one => one.side === side && `${one.method}, ${one.rows} row(s)` === key);
    const [theirs, ours] = sides.map(of) as [Timed[], Timed[]];
    const times = (some: readonly Timed[]) => new Map(some.map(one => [one.round, one.median]));
    const ratios = pairedRatios(times(theirs), times(ours));
    const noisy = [...theirs, ...ours].filter(one => !isQuiet(one)).length;
    const texts = [theirs, ours].map(some => spreadText(spread(some.map(one => one.median))));
    return [
      key,
      ...texts,
      spreadText(spread(ratios)),
      `${theirs.length + ours.length - noisy}/${theirs.length + ours.length}`,
    ];
  });
  return table(['call', 'scikit-learn µs', 'Davit µs', 'scikit-learn ÷ Davit, paired', 'quiet runs'], lines);
}

/** 500 trees, 20 features: the calls in-process, then whole servers. */
export async function forest(session: Session): Promise<void> {
  const { builds } = session;
  if (builds.length > 0) {
    session.print(
      `## Forest in-process, medians of the calls of a round: min / median / max over rounds\n\n${inProcessTable(await inProcess(session))}`,
    );
  }
  const servers = session.chosen([
    ...builds.map(build => davit(build, ['forest'])),
    ...pythonPeers('forest'),
  ]);
  for (const rows of [1, 1000]) {
    const some = workload('forest', rows);
    const cells = await session.with(servers, some, running =>
      throughput(session, 'forest-http', running, some, [1, 8]),
    );
    session.print(`## Forest over V2 REST\n\n${throughputTables(cells, 'mlserver-0')}`);
  }
}
