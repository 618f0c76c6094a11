/** Asks an API server by the official JavaScript client; prints what it found as JSON. Argument: a kubeconfig. */
import * as k8s from '@kubernetes/client-node';

const namespace = 'javascript';
const config = new k8s.KubeConfig();
config.loadFromFile(process.argv[2]);
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const found = {};

const codeOf = promise => promise.then(() => 200).catch(error => error.code);
const form = type => k8s.setHeaderOptions('Content-Type', type);

async function objects() {
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const body = { metadata: { name: 'a', labels: { tier: 'web' } }, data: { k: 'v' } };
  const made = await core.createNamespacedConfigMap({ namespace, body });
  const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector: 'tier=web' });
  found['list'] = items.map(item => item.metadata.name);
  const stale = { ...made, metadata: { ...made.metadata, resourceVersion: '1' } };
  found['conflict'] = await codeOf(core.replaceNamespacedConfigMap({ namespace, name: 'a', body: stale }));
  found['missing'] = await codeOf(core.readNamespacedConfigMap({ namespace, name: 'none' }));
  const patched = await core.patchNamespacedConfigMap(
    { namespace, name: 'a', body: { data: { k: 'w' } } },
    form(k8s.PatchStrategy.StrategicMergePatch),
  );
  found['patch in strategic form'] = patched.data;
  const applied = await core.patchNamespacedConfigMap(
    {
      namespace,
      name: 'applied',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { k: 'x' } },
      fieldManager: 'javascript',
    },
    form(k8s.PatchStrategy.ServerSideApply),
  );
  found['server-side apply'] = { manager: applied.metadata.managedFields[0].manager, data: applied.data };
}

async function change(name) {
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
  await core.patchNamespacedConfigMap(
    { namespace, name, body: { data: { k: 'v' } } },
    form(k8s.PatchStrategy.MergePatch),
  );
  await core.deleteNamespacedConfigMap({ namespace, name });
}

async function watching() {
  const { metadata } = await core.listNamespacedConfigMap({ namespace });
  await change('watched');
  const query = { resourceVersion: metadata.resourceVersion, fieldSelector: 'metadata.name=watched' };
  const seen = [];
  await new Promise((resolve, reject) => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const event = type => {
      seen.push(type);
      if (type === 'DELETED') resolve();
    };
    new k8s.Watch(config).watch(path, query, event, reject).catch(reject);
  });
  found['watch'] = seen;
}

async function informing() {
  const list = () => core.listNamespacedConfigMap({ namespace });
  const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list);
  const seen = [];
  const ended = new Promise((resolve, reject) => {
    for (const verb of ['add', 'update', 'delete']) {
      informer.on(verb, ({ metadata: { name } }) => {
        if (name !== 'one') return;
        seen.push(`${verb} ${name}`);
        if (verb === 'delete') resolve();
      });
    }
    informer.on('error', reject);
  });
  await informer.start();
  await change('one');
  await ended;
  await informer.stop();
  found['informer'] = seen;
}

async function generic() {
  const api = k8s.KubernetesObjectApi.makeApiClient(config);
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'generic', namespace } };
  const made = await api.create({ ...object, data: { k: 'v' } });
  const patched = await api.patch({ ...object, data: { k: 'w' } });
  found['object API'] = [`${made.kind} ${made.metadata.name}`, patched.data];
  await api.delete(object);
}

async function workload() {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
  const body = {
    metadata: { name: 'web' },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  };
  await apps.createNamespacedDeployment({ namespace, body });
  found['a deployment, until it is available'] = await new Promise((resolve, reject) => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const event = (type, { status }) => {
      if (status.availableReplicas === 2) resolve(2);
    };
    new k8s.Watch(config).watch(path, {}, event, reject).catch(reject);
  });
}

await objects();
await watching();
await informing();
await generic();
await workload();
await core.deleteNamespace({ name: namespace });
process.stdout.write(JSON.stringify(found), () => process.exit(0));
