import { davit, pythonPeers } from '../lineup.ts';
import { throughputTables } from '../report.ts';
import type { Session } from '../session.ts';
import { workload } from '../workload.ts';
import { throughput } from './throughput.ts';

/** 500 trees, 20 features, behind whole servers. */
export async function forest(session: Session): Promise<void> {
  const { builds } = session;
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
