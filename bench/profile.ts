import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type CpuProfile, profileClock, selfTimes } from './cpuprofile.ts';
import { davit, nodeHttp } from './lineup.ts';
import { Running } from './running.ts';
import type { Session } from './session.ts';
import { table } from './table.ts';
import { workload } from './workload.ts';
import { runWrk } from './wrk.ts';

const shown = 30;

function report(file: string, from: number, to: number): string {
  const all = selfTimes(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile, from, to);
  const times = all.filter(({ place }) => place !== '(idle)');
  const busy = times.reduce((sum, { micros }) => sum + micros, 0);
  const rows = times
    .slice(0, shown)
    .map(({ place, micros }) => [
      `${((100 * micros) / busy).toFixed(1)} %`,
      `${Math.round(micros / 1000)} ms`,
      place,
    ]);
  return `### ${basename(file)}: ${Math.round(busy / 1000)} ms busy\n\n${table(['of busy', 'self time', 'function'], rows)}`;
}

/**
 * Runs one server under V8’s sampling profiler and a load, and prints its functions by self time while the load lasts: a table for each
 * thread. "(program)" is native code: the system calls of sockets, mostly.
 */
export async function profile(session: Session, name: string): Promise<void> {
  const { seconds, connections, core } = session.options;
  const server = [...session.builds.map(build => davit(build, ['iris'])), nodeHttp].find(
    one => one.name === name,
  );
  if (server === undefined) throw new Error(`--profile ${name}: davit and node:http can be profiled`);
  const folder = mkdtempSync(join(tmpdir(), 'davit-bench-profile-'));
  const two = workload('iris', 2);
  const env = { NODE_OPTIONS: `--cpu-prof --cpu-prof-interval=250 --cpu-prof-dir=${folder}` };
  const running = await Running.start(server, two, { env });
  const { port } = running;
  const load = { port, path: two.path, bodyFile: two.bodyFile, seconds, core };
  await runWrk({ ...load, connections: 8 });
  const from = profileClock();
  for (const count of connections) {
    const { rate } = await runWrk({ ...load, connections: count });
    session.tell(`${name} at ${count}: ${Math.round(rate)}/s under the profiler`);
  }
  const to = profileClock();
  await running.stop();
  for (const file of readdirSync(folder)) session.print(report(join(folder, file), from, to));
  rmSync(folder, { recursive: true });
}
