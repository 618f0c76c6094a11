import { type Cell, load, measure, waitQuiet } from '../measure.ts';
import type { Running } from '../running.ts';
import type { Session } from '../session.ts';
import { figure } from '../table.ts';
import type { Workload } from '../workload.ts';

const warmSeconds = 4;

function say({ server, connections, rate, p99, cpuMicros, strangers, stolen }: Cell): string {
  const load = `${server} at ${connections}: ${figure(rate)}/s, p99 ${figure(p99)} ms, ${figure(cpuMicros)} µs CPU each`;
  return `${load} (strangers ${strangers.toFixed(2)}, host ${stolen.toFixed(2)} cores)`;
}

/** Rounds over all servers that already run: for each level of load A B C …, then again. */
export async function throughput(
  session: Session,
  suite: string,
  running: readonly Running[],
  workload: Workload,
  levels: readonly number[],
): Promise<readonly Cell[]> {
  const { rounds, seconds, core, patience } = session.options;
  for (const one of running) {
    if (workload.counted) await one.ask(workload);
    else await load(one, workload, 4, { seconds: warmSeconds, core });
  }
  const cells: Cell[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const connections of levels) {
      for (const one of running) {
        await waitQuiet(patience);
        const cell = await measure(one, workload, connections, round, { seconds, core });
        cells.push(cell);
        session.record(suite, cell);
        session.tell(`round ${round + 1}/${rounds} ${say(cell)}`);
      }
    }
  }
  return cells;
}
