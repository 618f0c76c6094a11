import { availableParallelism } from 'node:os';
import { davit, nginx, nodeHttp, pythonPeers } from '../lineup.ts';
import { tailTable, throughputTables } from '../report.ts';
import type { Server } from '../running.ts';
import type { Session } from '../session.ts';
import { workload } from '../workload.ts';
import { throughput } from './throughput.ts';

/** Davit comes first, so that nginx repeats its very bytes. Several workers only where the load keeps a core of its own. */
function servers(session: Session): readonly Server[] {
  const { builds } = session;
  const wide = availableParallelism() > 2 ? builds.map(build => davit(build, ['iris'], 2)) : [];
  const davits = builds.map(build => davit(build, ['iris']));
  return session.chosen([...davits, nginx, nodeHttp, ...wide, ...pythonPeers('iris')]);
}

/** Two rows of iris over V2 REST. `view` decides what is printed: everything, or the slowest hundredth alone. */
export async function iris(session: Session, view: 'all' | 'tail'): Promise<void> {
  const two = workload('iris', 2);
  const levels = view === 'tail' ? [8, 32] : session.options.connections;
  const cells = await session.with(servers(session), two, running =>
    throughput(session, 'iris', running, two, levels),
  );
  if (view === 'all') session.print(`## iris, two rows, V2 REST\n\n${throughputTables(cells, 'nginx')}`);
  session.print(`## The slowest hundredth\n\n${tailTable(cells.filter(cell => cell.connections > 1))}`);
}
