import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const suiteNames = [
  'iris',
  'tail',
  'start',
  'forest',
  'tabular',
  'tabular-http',
  'latency',
  'soak',
] as const;
export type SuiteName = (typeof suiteNames)[number];

export interface Options {
  readonly suites: readonly SuiteName[];
  readonly rounds: number;
  /** Of load, for each cell. */
  readonly seconds: number;
  readonly connections: readonly number[];
  /** Servers to measure; all when empty. */
  readonly only: readonly string[];
  /** Models of the tabular suites; all when empty. */
  readonly models: readonly string[];
  readonly davit: readonly string[];
  /** Seconds to wait for a quiet machine before each cell. */
  readonly patience: number;
  /** Starts of each server; of the slow ones in Python at most three. */
  readonly runs: number;
  /** Minutes of soak. */
  readonly minutes: number;
  /** File that every figure is appended to, a JSON line each. */
  readonly json: string | undefined;
  /** Server to profile instead of measuring. */
  readonly profile: string | undefined;
  /** Core of the load: the first that no server uses. */
  readonly core: number;
}

export const usage = `node bench/run.ts SUITE… [options]        (Node 24; bench/setup.sh first)

Suites
  iris      requests/s, CPU and latency of a two-row request, beside nginx, node:http and the Python servers
  tail      the same, printed as p99 at 8 and 32 connections
  start     exec to first right answer, caches warm and cold; memory after 10,000 requests
  forest    500 trees, 1 and 1,000 rows over HTTP
  tabular   forests, boosters, text, SVC, neighbours, linear: calls in-process beside their libraries; 1, 32 and
            10,000 rows
  tabular-http  the same models over HTTP beside the Python servers
  latency   health and iris while a batch of 100,000 rows computes
  soak      valid and malformed requests and connection churn for --minutes; memory over time
  all       everything but soak

Options
  --rounds N          rounds, A B C A B C … (3)
  --seconds S         load for each cell (3)
  --connections LIST  1,8,32
  --only LIST         servers, e.g. davit,nginx
  --models LIST       models of the tabular suites, e.g. forest,svc
  --davit [NAME=]WHERE  packed (default: npm pack and install), clone, or the path of a davit command;
                      repeated, it measures several side by side
  --patience S        wait so long for a quiet machine before each cell (5)
  --runs N            starts of each server (10)
  --minutes M         length of the soak (10)
  --json FILE         append every figure to FILE, a JSON line each
  --profile SERVER    no suite: profile davit (or node:http) under load and print where the time goes`;

function list(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').filter(word => word !== '');
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not "${text}"`);
  return value;
}

function suitesOf(words: readonly string[]): readonly SuiteName[] {
  return words.flatMap(word => {
    if (word === 'all') return suiteNames.filter(name => name !== 'soak' && name !== 'tail');
    const known = suiteNames.find(name => name === word);
    if (known === undefined)
      throw new Error(`no suite "${word}"; there are ${suiteNames.join(', ')} and all`);
    return known;
  });
}

/** @throws on anything it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: text('3'),
      seconds: text('3'),
      connections: text('1,8,32'),
      only: { type: 'string' },
      models: { type: 'string' },
      davit: { type: 'string', multiple: true, default: ['packed'] },
      patience: text('5'),
      runs: text('10'),
      minutes: text('10'),
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  if (availableParallelism() < 2)
    throw new Error('two cores are needed: one for the server, one for the load');
  const numbers = (['rounds', 'seconds', 'patience', 'runs', 'minutes'] as const).map(
    name => [name, positive(name, values[name])] as const,
  );
  return {
    ...(Object.fromEntries(numbers) as Pick<Options, 'rounds' | 'seconds' | 'patience' | 'runs' | 'minutes'>),
    suites: suitesOf(positionals),
    connections: list(values.connections).map(word => positive('connections', word)),
    only: list(values.only),
    models: list(values.models),
    davit: values.davit,
    json: values.json,
    profile: values.profile,
    core: Math.min(2, availableParallelism() - 1),
  };
}
