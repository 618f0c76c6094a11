import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type Memory, memoryOf } from '../accounting.ts';
import { askMany } from '../ask.ts';
import { davit, nginx, nodeHttp, pythonPeers } from '../lineup.ts';
import { isQuiet, waitQuiet, watched } from '../measure.ts';
import { Running, type Server } from '../running.ts';
import type { Session } from '../session.ts';
import { median, spread } from '../statistics.ts';
import { figure, spreadText, table } from '../table.ts';
import { type Workload, workload } from '../workload.ts';

const temperatures = ['cold', 'warm'] as const;
type Caches = (typeof temperatures)[number];

interface Start {
  readonly server: string;
  readonly caches: Caches;
  readonly run: number;
  /** From exec to the first right answer. */
  readonly millis: number;
  readonly cpuMillis: number;
  readonly strangers: number;
  readonly stolen: number;
}

const requestsBeforeMemory = 10_000;
/** Starts of servers that take seconds. */
const fewRuns = 3;

/** Empties the page cache. @throws unless we are root. */
function dropPageCache(): void {
  execFileSync('sync');
  writeFileSync('/proc/sys/vm/drop_caches', '3');
}

async function once(server: Server, two: Workload, caches: Caches, run: number): Promise<Start> {
  if (caches === 'cold') {
    server.forget?.();
    dropPageCache();
  }
  const { result, strangers, stolen } = await watched(undefined, async () => {
    const running = await Running.start(server, two);
    await running.stop();
    return running;
  });
  const { startup: millis, startupCpu: cpuMillis } = result;
  return { server: server.name, caches, run, millis, cpuMillis, strangers, stolen };
}

/** Fills the caches that the last cold start left empty, for who comes next too. */
async function warmUp(session: Session, servers: readonly Server[]): Promise<void> {
  for (const server of servers.filter(one => session.isFit(one))) {
    await once(server, workload('iris', 2), 'warm', 0).catch((thrown: unknown) =>
      session.leaveOut(server, thrown),
    );
  }
}

async function startAll(session: Session, servers: readonly Server[], slow: readonly Server[]) {
  const { runs, patience } = session.options;
  const two = workload('iris', 2);
  const starts: Start[] = [];
  for (const caches of temperatures) {
    if (caches === 'warm') await warmUp(session, servers);
    for (let run = 0; run < runs; run++) {
      for (const server of servers.filter(
        one => session.isFit(one) && (run < fewRuns || !slow.includes(one)),
      )) {
        await waitQuiet(patience);
        const one = await once(server, two, caches, run).catch((thrown: unknown) =>
          session.leaveOut(server, thrown),
        );
        if (one === undefined) continue;
        starts.push(one);
        session.record('start', one);
        const noise = isQuiet(one) ? '' : ' (noisy)';
        session.tell(
          `${one.server} ${caches} ${run + 1}: ${figure(one.millis)} ms, ${figure(one.cpuMillis)} ms CPU${noise}`,
        );
      }
    }
  }
  return starts;
}

/** Memory of a server that has answered some thousand requests. */
async function memoryAfter(server: Server, two: Workload): Promise<Memory> {
  const running = await Running.start(server, two);
  try {
    await askMany({ port: running.port, path: two.path, body: two.body }, requestsBeforeMemory, 8);
    await running.check(two);
    return memoryOf(running.pid);
  } finally {
    await running.stop();
  }
}

function startTable(servers: readonly Server[], starts: readonly Start[]): string {
  const cells = ({ name }: Server): readonly string[] =>
    temperatures.flatMap(caches => {
      const all = starts.filter(one => one.server === name && one.caches === caches);
      if (all.length === 0) return ['–', '–', '–'];
      const quiet = all.filter(isQuiet);
      const believed = quiet.length > 0 ? quiet : all;
      const times = spreadText(spread(believed.map(one => one.millis)));
      const cpu = figure(median(believed.map(one => one.cpuMillis)));
      return [`${quiet.length > 0 ? '' : '~'}${times}`, cpu, `${quiet.length}/${all.length}`];
    });
  const head = temperatures.flatMap(caches => [`${caches}: ms min / median / max`, 'CPU ms', 'quiet runs']);
  return table(
    ['server', ...head],
    servers.map(server => [server.name, ...cells(server)]),
  );
}

async function memoryTable(session: Session, servers: readonly Server[]): Promise<string> {
  const rows: string[][] = [];
  for (const server of servers) {
    const memory = await memoryAfter(server, workload('iris', 2));
    session.record('memory', { server: server.name, ...memory });
    session.tell(`${server.name}: ${figure(memory.rss)} MiB after ${requestsBeforeMemory} requests`);
    rows.push([
      server.name,
      ...(['rss', 'pss', 'peak', 'processes'] as const).map(key => figure(memory[key])),
    ]);
  }
  return table(['server', 'RSS MiB', 'PSS MiB', 'peak RSS MiB', 'processes'], rows);
}

/**
 * Exec to first right answer, on one core, and memory after 10,000 requests. Cold: the page cache and the server's own
 * caches emptied before each start. Warm: started once before.
 */
export async function start(session: Session): Promise<void> {
  const slow = pythonPeers('iris');
  const quick = [...session.builds.map(build => davit(build, ['iris'])), nodeHttp, nginx];
  const servers = session.chosen([...quick, ...slow]);
  const starts = await startAll(session, servers, slow);
  session.print(`## Exec to first right answer\n\n${startTable(servers, starts)}`);
  const memory = await memoryTable(
    session,
    servers.filter(server => session.isFit(server)),
  );
  session.print(`## Memory after 10,000 requests\n\n${memory}`);
}
