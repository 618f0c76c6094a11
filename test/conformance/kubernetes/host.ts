/**
 * A Davit API server for tests, over TLS on a free port: says where it is on its first line (JSON), with the certificate of its
 * authority in a file. SIGUSR2 makes it forget all history; it ends with its standard input.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createListener } from '../../../src/base/net/index.ts';
import { issue, newSigningKey, TokenIssuer } from '../../../src/cluster/access/index.ts';
import { usualPorts } from '../../../src/cluster/allocation/index.ts';
import { ApiServer, largestBody, listenerFailure, lookupIn } from '../../../src/cluster/apiserver/index.ts';
import { bootstrap, ensureOwnService } from '../../../src/cluster/bootstrap/index.ts';
import { startControllers } from '../../../src/cluster/controllers/kubernetes/index.ts';
import { createKinds, definitionRules, kindParts } from '../../../src/cluster/kinds/index.ts';
import { kserveAdmission } from '../../../src/cluster/kserve/index.ts';
import { openStore } from '../../../src/cluster/store/index.ts';
import { PretendedNodes } from './nodes.ts';

const now = Date.now;
const day = 86_400_000;
const authority = issue({
  commonName: 'davit',
  use: 'authority',
  from: now() - day,
  until: now() + 365 * day,
});
const hosts = ['127.0.0.1', 'localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
const server = issue(
  { commonName: 'kube-apiserver', hosts, use: 'server', from: now() - day, until: now() + 365 * day },
  authority,
);
const issuerName = 'https://kubernetes.default.svc.cluster.local';
const issuer = new TokenIssuer(issuerName, [newSigningKey()], now);
const store = await openStore({ now, path: process.env['STATE'] });
const kinds = createKinds(kindParts);
const api = new ApiServer({
  store,
  kinds,
  definitions: definitionRules,
  issuer,
  tokens: new Map([
    ['admin-token', { name: 'admin', uid: 'admin-uid', groups: ['system:masters'] }],
    ['alice-token', { name: 'alice', uid: 'alice-uid', groups: ['developers'] }],
  ]),
  services: { addresses: '10.96.0.0/16', ...usualPorts },
  version: { major: '1', minor: '37', gitVersion: 'v1.37.2+davit', platform: 'linux/amd64' },
  url: 'https://192.0.2.1:16443',
  now,
  random: Math.random,
  admission: kserveAdmission(lookupIn(store)),
});
const system = { name: 'system:davit', groups: ['system:masters'] };
await bootstrap(api.transport(system, 'davit/0'));
const own = { clusterAddress: '10.96.0.1', host: '192.0.2.1', port: 16_443 };
await ensureOwnService(api.transport(system, 'kube-apiserver'), own);
const controllers = await startControllers({
  transport: api.transport(system, 'kube-controller-manager/v1.37.2'),
  certificates: authority.certificate,
  now,
  onError: (controller, key, error) => {
    if (process.env['DEBUG'] !== undefined) process.stderr.write(`${controller} ${key}: ${String(error)}\n`);
  },
});
const nodes = new PretendedNodes(api.transport(system, 'kubelet/v1.37.2'));
await nodes.start();
const listener = createListener(
  {
    limits: { bodyBytes: largestBody },
    describe: error => listenerFailure(error, largestBody),
  },
  api.handler,
);
const { port } = await listener.listen(
  { host: '127.0.0.1', port: Number(process.env['PORT'] ?? 0) },
  { certificate: server.certificate, key: server.key, authorities: [authority.certificate] },
);
const folder = mkdtempSync(join(tmpdir(), 'davit-host-'));
const ca = join(folder, 'ca.crt');
writeFileSync(ca, authority.certificate);
process.stdout.write(`${JSON.stringify({ port, ca })}\n`);
const lines = createInterface({ input: process.stdin });
process.on('SIGUSR2', () => void store.compact());
lines.on('close', () => {
  void nodes
    .stop()
    .then(() => controllers.stop())
    .then(() => listener.close())
    .then(() => api.stop())
    .then(() => store.close())
    .then(() => process.exit(0));
});
