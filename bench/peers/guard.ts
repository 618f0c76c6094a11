/**
 * A Kubernetes API that a guard of a pod can ask: `node guard.ts <folder>`. Writes `token` and `ca.crt` into the folder; prints its port, and
 * a token by which the InferenceService `default/iris` may be called.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createListener } from '../../src/base/net/index.ts';
import { issue } from '../../src/cluster/access/index.ts';
import { listenerFailure } from '../../src/cluster/apiserver/index.ts';
import { Cluster } from '../../test/apiserver/serving.ts';

const day = 86_400_000;
const [folder = '.'] = process.argv.slice(2);
const span = { from: Date.now() - day, until: Date.now() + day };
const authority = issue({ commonName: 'authority', use: 'authority', ...span });
const server = issue({ commonName: 'server', hosts: ['127.0.0.1'], use: 'server', ...span }, authority);

const cluster = await Cluster.open();
const rbac = 'rbac.authorization.k8s.io';

async function make(path: string, body: object): Promise<{ status: { token: string } }> {
  const answered = await cluster.ask('POST', path, { body, token: 'admin' });
  if (answered.status !== 201) throw new Error(`${path}: ${answered.status} ${answered.text}`);
  return answered.body as { status: { token: string } };
}

const accounts = '/api/v1/namespaces/default/serviceaccounts';
async function tokenOf(name: string, role: string): Promise<string> {
  await make(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  await make(`/apis/${rbac}/v1/clusterrolebindings`, {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
  });
  const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  return (await make(`${accounts}/${name}/token`, asked)).status.token;
}

writeFileSync(join(folder, 'token'), await tokenOf('pod', 'cluster-admin'));
writeFileSync(join(folder, 'ca.crt'), authority.certificate);
const token = await tokenOf('caller', 'kubeflow-view');
const listener = createListener({ describe: error => listenerFailure(error, 1e6) }, cluster.api.handler);
const secure = { ...server, authorities: [authority.certificate] };
const { port } = await listener.listen({ host: '127.0.0.1', port: 0 }, secure);
process.stdout.write(`${JSON.stringify({ port, token })}\n`);
