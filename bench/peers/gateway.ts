/** The gateway's proxy with one route, without an API: `node gateway.ts <backend port> <host>`; prints its port. */
import { createLog } from '../../src/base/log/index.ts';
import { openDoor } from '../../src/edge/gateway/door.ts';
import { routesOf, type Snapshot } from '../../src/edge/gateway/index.ts';

const [port, host = ''] = process.argv.slice(2);
const metadata = { name: 'iris', namespace: 'bench' };
const backend = { service: { name: 'iris', port: { number: 80 } } };
const snapshot: Snapshot = {
  inferenceServices: [],
  virtualServices: [],
  knativeIngresses: [],
  httpRoutes: [],
  referenceGrants: [],
  services: [{ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } }],
  slices: [
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'iris' } },
      ports: [{ port: Number(port) }],
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    },
  ],
  ingresses: [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    },
  ],
};
const table = routesOf(snapshot);
const log = createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} });
const door = await openDoor({ listen: { host: '127.0.0.1', port: 0 }, log }, () => table);
process.stdout.write(`${door.listen.port}\n`);
