/** Serves the API over a store until it is killed: `node server.ts FILE`. Says `open PORT` once it listens. */
import { openStore } from '../../src/cluster/store/index.ts';
import { ask, listening } from '../apiserver/listening.ts';

const [file = ''] = process.argv.slice(2);
/** Short, so that history is forgotten while writes go on. */
const keep = 200;

const { port } = await listening(await openStore({ path: file, now: Date.now, keep }));
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns' } };
await ask(port, 'POST', '/api/v1/namespaces', namespace);
process.stdout.write(`open ${port}\n`);
