/**
 * Davit's controllers and webhooks of KServe beside a real Kubernetes API: the manifests of the recordings in Standard mode, compared
 * with what KServe's own manager made of them there.
 *   node test/conformance/kserve/real/run.ts [--write] FOLDER [manifest…]
 * --write writes docs/reference/kserve-real-cluster.md. FOLDER has the programs etcd, kube-apiserver, kube-controller-manager and kube-scheduler (1.37); `go` fetches KServe's definitions.
 * Closing line: "N passed, N failed"; a manifest fails when a field differs that children/deliberate.ts does not list.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { PretendedNodes } from '../../kubernetes/nodes.ts';
import { freePort, launcher } from '../../../e2e/platform.ts';
import { allowed, notCompared } from '../children/deliberate.ts';
import { cases } from '../children/recorded.ts';
import { Replay } from '../children/replay.ts';
import { installKinds, installVolume, installWebhooks, release } from './installed.ts';
import { type Row, writePage } from './page.ts';
import { RealCluster } from './programs.ts';

const words = process.argv.slice(2);
const [programs = '', ...names] = words.filter(word => word !== '--write');
const rows: Row[] = [];
/** Manifests at a time, and milliseconds that one of their states is waited for. */
const atOnce = 4;
const patience = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'davit-real-'));
const cluster = new RealCluster(programs, folder);
// However this ends, its programs end with it.
process.on('exit', () => cluster.stop());
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
let passed = 0;
let failed = 0;
let fields = 0;
let equal = 0;

/** Resolves once something listens there. @throws Error when nothing does for two minutes */
async function listening(port: number): Promise<void> {
  const until = performance.now() + 120_000;
  while (true) {
    const socket = connect(port, '127.0.0.1');
    const there = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (there) return;
    if (performance.now() > until) throw new Error(`nothing listens on ${port}: see ${folder}`);
    await later(100);
  }
}

async function startController(): Promise<string> {
  const port = await freePort();
  const identity = cluster.identity('webhooks', 'server', ['127.0.0.1']);
  const files = cluster.writeIdentity('webhooks', identity);
  const kubeconfig = cluster.kubeconfig('controller', 'davit-controller', ['system:masters']);
  const words = ['controller', '--kubeconfig', kubeconfig, '--webhook-port', String(port)];
  const child = cluster.run(
    'controller',
    [...words, '--webhook-certificate', `${files}.crt`, '--webhook-key', `${files}.key`],
    launcher,
  );
  child.once('exit', code => say(`davit controller ended with ${code}`));
  await listening(port);
  return `https://127.0.0.1:${port}`;
}

try {
  await cluster.start();
  const documents = release();
  const admin = cluster.transport('kubectl-create/v1.37.2');
  await installKinds(admin, documents);
  await installVolume(admin);
  const url = await startController();
  await installWebhooks(admin, documents, url, cluster.authority.certificate);
  const nodes = new PretendedNodes(cluster.transport('kubelet/v1.37.2'), {
    cpu: '1000',
    memory: '2Ti',
    pods: '1000',
  });
  await nodes.start();
  const chosen = cases.filter(
    ({ name, modes }) =>
      modes.standard !== undefined &&
      notCompared[name] === undefined &&
      (names.length === 0 || names.some(one => name.startsWith(one))),
  );
  const replay = new Replay(admin, 'standard', patience);
  const waiting = [...chosen];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const result = await replay.run(one);
        fields += result.fields;
        equal += result.fields - result.differing.length;
        const unlisted = result.differing.filter(
          ({ path }) => allowed('standard', one.name, path) === undefined,
        );
        const reasons = result.differing.map(({ path }) => allowed('standard', one.name, path)?.reason);
        rows.push({ ...result, name: one.name, unlisted: unlisted.length, reasons });
        if (unlisted.length === 0) passed++;
        else failed++;
        say(
          `${unlisted.length === 0 ? '✔' : '✖'} ${one.name}: ${result.fields} fields, ${result.differing.length} differ`,
        );
        for (const { path, recorded, found } of unlisted) {
          say(
            `    ${path}\n        recorded ${JSON.stringify(recorded)}\n        found    ${JSON.stringify(found)}`,
          );
        }
      }
    }),
  );
  await nodes.stop();
} finally {
  cluster.stop();
}
say(`${equal} of ${fields} fields equal, ${((equal / fields) * 100).toFixed(2)} %`);
if (words.includes('--write')) writePage(rows);
if (failed === 0) rmSync(folder, { recursive: true });
else say(`${folder} is left to look at`);
say(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
