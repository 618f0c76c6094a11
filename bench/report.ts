import { type Cell, isQuiet } from './measure.ts';
import { median, pairedRatios, type Spread, spread } from './statistics.ts';
import { figure, spreadText, table } from './table.ts';

/** The rounds to believe: the quiet ones, or all of them, marked noisy, when none was quiet. */
interface Believed {
  readonly cells: readonly Cell[];
  readonly noisy: boolean;
  readonly rounds: string;
}

function believe(all: readonly Cell[]): Believed {
  const quiet = all.filter(isQuiet);
  const noisy = quiet.length === 0;
  return { cells: noisy ? all : quiet, noisy, rounds: `${quiet.length}/${all.length}` };
}

const byRound = (cells: readonly Cell[], key: 'rate' | 'cpuMicros'): Map<number, number> =>
  new Map(cells.map(cell => [cell.round, cell[key]]));

/** Ratios of the rounds in which both servers were undisturbed; of all rounds when there was none. */
export function ratioOf(
  above: readonly Cell[],
  below: readonly Cell[],
  key: 'rate' | 'cpuMicros',
): Spread | undefined {
  const quiet = pairedRatios(byRound(above.filter(isQuiet), key), byRound(below.filter(isQuiet), key));
  const ratios = quiet.length > 0 ? quiet : pairedRatios(byRound(above, key), byRound(below, key));
  return ratios.length === 0 ? undefined : spread(ratios);
}

const middle = (
  cells: readonly Cell[],
  key: 'p50' | 'p99' | 'max' | 'cpuMicros' | 'cores' | 'loadCores',
): string => figure(median(cells.map(cell => cell[key])));

function groups<T>(items: readonly T[], key: (item: T) => string): readonly (readonly T[])[] {
  const map = new Map<string, T[]>();
  for (const item of items) map.set(key(item), [...(map.get(key(item)) ?? []), item]);
  return [...map.values()];
}

const head = (base: string): readonly string[] => [
  'server',
  'requests/s min / median / max',
  `÷ ${base}, paired by round`,
  'CPU µs a request',
  `CPU of ${base} ÷ its`,
  'p50 ms',
  'p99 ms',
  'cores used',
  'cores of the load',
  'quiet rounds',
  'errors',
];

function row(all: readonly Cell[], base: readonly Cell[]): readonly string[] {
  const { cells, noisy, rounds } = believe(all);
  const errors = all.reduce((sum, cell) => sum + cell.errors, 0);
  return [
    `${noisy ? '~' : ''}${all[0]!.server}`,
    spreadText(spread(cells.map(cell => cell.rate))),
    spreadText(ratioOf(all, base, 'rate')),
    middle(cells, 'cpuMicros'),
    spreadText(ratioOf(base, all, 'cpuMicros')),
    ...(['p50', 'p99', 'cores', 'loadCores'] as const).map(key => middle(cells, key)),
    rounds,
    errors === 0 ? '0' : `**${errors}**`,
  ];
}

/** A table for each workload and number of connections; ratios are to `baseName`, or to the first server. */
export function throughputTables(cells: readonly Cell[], baseName: string): string {
  return groups(cells, cell => `${cell.workload}, ${cell.connections} connection(s)`)
    .map(group => {
      const servers = groups(group, cell => cell.server);
      const base = servers.find(all => all[0]!.server === baseName) ?? servers[0]!;
      const title = `### ${group[0]!.workload}, ${group[0]!.connections} connection(s)`;
      return `${title}\n\n${table(
        head(base[0]!.server),
        servers.map(all => row(all, base)),
      )}`;
    })
    .join('\n\n');
}

/** Latencies alone: how the slowest hundredth fares. */
export function tailTable(cells: readonly Cell[]): string {
  const rows = groups(cells, cell => `${cell.connections} ${cell.server}`).map(all => {
    const { cells: believed, noisy } = believe(all);
    const p99 = spreadText(spread(believed.map(cell => cell.p99)));
    const name = `${noisy ? '~' : ''}${all[0]!.server}`;
    return [String(all[0]!.connections), name, middle(believed, 'p50'), p99, middle(believed, 'max')];
  });
  return table(['connections', 'server', 'p50 ms', 'p99 ms min / median / max', 'largest ms'], rows);
}

/** A line for each workload and server, beside the first server of its workload. */
export function besideTable(cells: readonly Cell[]): string {
  const lines = groups(cells, cell => cell.workload).flatMap(group => {
    const servers = groups(group, cell => cell.server);
    return servers.map(all => {
      const { cells: believed, noisy, rounds } = believe(all);
      const errors = all.reduce((sum, cell) => sum + cell.errors, 0);
      return [
        all[0]!.workload,
        `${noisy ? '~' : ''}${all[0]!.server}`,
        spreadText(spread(believed.map(cell => cell.rate))),
        ...(['p50', 'p99', 'cpuMicros'] as const).map(key => middle(believed, key)),
        ...(all === servers[0]
          ? ['1', '1']
          : [ratioOf(servers[0]!, all, 'rate'), ratioOf(all, servers[0]!, 'cpuMicros')].map(spreadText)),
        rounds,
        errors === 0 ? '0' : `**${errors}**`,
      ];
    });
  });
  const first = cells[0]?.server ?? 'first';
  const columns = ['requests/s', 'p50 ms', 'p99 ms', 'CPU µs a request'];
  const ratios = [`requests/s of ${first} ÷ its, paired`, `its CPU ÷ that of ${first}`];
  return table(['model-rows', 'server', ...columns, ...ratios, 'quiet rounds', 'errors'], lines);
}
