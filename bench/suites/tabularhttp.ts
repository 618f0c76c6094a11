import { davit, pythonPeers } from '../lineup.ts';
import type { Cell } from '../measure.ts';
import { besideTable } from '../report.ts';
import type { Session } from '../session.ts';
import { type Tabular, tabularModel, tabularWorkload } from '../workload.ts';
import { throughput } from './throughput.ts';

const models = ['forest', 'xgboost', 'lightgbm', 'text', 'svc', 'knn', 'linear', 'mlp'] as const;
const connections = 8;
/** From here on one connection, and questions are counted. */
const manyRows = 10_000;

async function besidePeers(session: Session, model: Tabular): Promise<readonly Cell[]> {
  const davits = session.builds.map(build => davit(build, [model]));
  const servers = session.chosen([...davits, ...pythonPeers(model, [0])]);
  const few = tabularWorkload(model, 1, false);
  return session.with(servers, few, async running => {
    const cells: Cell[] = [];
    for (const rows of [1, 32, manyRows]) {
      const counted = rows >= manyRows;
      const some = tabularWorkload(model, rows, counted);
      for (const one of running) await one.check(some);
      cells.push(...(await throughput(session, 'tabular-http', running, some, [counted ? 1 : connections])));
    }
    return cells;
  });
}

/** The models of `bench/tabular/models.py` behind whole servers, with V2 REST. */
export async function tabularHttp(session: Session): Promise<void> {
  const wanted = session.options.models;
  const cells: Cell[] = [];
  for (const name of models.filter(one => wanted.length === 0 || wanted.includes(one)))
    cells.push(...(await besidePeers(session, tabularModel(name))));
  session.print(`## Tabular models over V2 REST\n\n${besideTable(cells)}`);
}
