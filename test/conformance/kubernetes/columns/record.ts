/**
 * Asks a real API server for tables of what is in it and writes the rows with their objects beside this file.
 *
 *   node test/conformance/kubernetes/columns/record.ts https://127.0.0.1:PORT TOKEN [--seldom]
 *
 * Run it after that of the rules, whose objects it shows; the namespace `columns` is made for pods in many states. With --seldom only tables of
 * kinds that people seldom look at are asked for, and the others stay as they were recorded.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { client } from '../rules/ask.ts';
import { bases } from '../rules/cases.ts';
import { podStates } from './pods.ts';
import { type RecordedTable, recordedTables } from './recorded.ts';
import { samples } from './seldom.ts';

const [server = '', token = '', flag = ''] = process.argv.slice(2);
const ask = client(server, token);
const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';

/** A definition that no object is made of. */
const definition = {
  metadata: { name: 'widgets.columns.example.dev' },
  spec: {
    group: 'columns.example.dev',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd', 'wdg'] },
    versions: ['v1', 'v1beta1', 'v1alpha1'].map(name => ({
      name,
      served: name !== 'v1alpha1',
      storage: name === 'v1',
      schema: { openAPIV3Schema: { type: 'object' } },
    })),
  },
};

async function makePods(): Promise<void> {
  await ask('POST', '/api/v1/namespaces', { metadata: { name: 'columns' } });
  const path = '/api/v1/namespaces/columns/pods';
  for (const { name, spec, status } of podStates) {
    await ask('DELETE', `${path}/${name}?gracePeriodSeconds=0`);
    const pod = {
      metadata: { name },
      spec: { nodeSelector: { none: 'such' }, containers: [{ name: 'c', image: 'x' }], ...spec },
    };
    await ask('POST', path, pod);
    await ask('PATCH', `${path}/${name}/status`, { status }, 'application/merge-patch+json');
  }
}

const others = {
  componentstatuses: '/api/v1/componentstatuses',
  nodes: '/api/v1/nodes',
  namespaces: '/api/v1/namespaces',
  services: '/api/v1/services',
  events: '/api/v1/events',
  pods: '/api/v1/pods',
  'apiextensions.k8s.io/customresourcedefinitions': '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  'apps/deployments': '/apis/apps/v1/deployments',
  'apps/controllerrevisions': '/apis/apps/v1/controllerrevisions',
  'storage.k8s.io/storageclasses': '/apis/storage.k8s.io/v1/storageclasses',
};
const seldom = {
  ...Object.fromEntries(samples.map(one => [one.resource, one.path])),
  'certificates.k8s.io/podcertificaterequests':
    '/apis/certificates.k8s.io/v1/namespaces/columns/podcertificaterequests',
};
const usual = { ...Object.fromEntries(Object.values(bases).map(one => [one.resource, one.path])), ...others };
const onlySeldom = flag === '--seldom';
const paths = { ...(onlySeldom ? {} : usual), ...seldom };

async function makeSeldom(): Promise<void> {
  await ask('POST', '/api/v1/namespaces', { metadata: { name: 'columns' } });
  for (const { path, object, becomes } of samples) {
    const { name } = object['metadata'] as { name: string };
    const made = await ask('POST', path, object);
    if (made.status !== 201 && made.status !== 409) throw new Error(`${path}: ${JSON.stringify(made.body)}`);
    if (becomes === undefined) continue;
    const type = 'application/merge-patch+json';
    const given = await ask('PATCH', `${path}/${name}/${becomes.part}`, { status: becomes.status }, type);
    if (given.status !== 200) throw new Error(`${path}/${name}: ${JSON.stringify(given.body)}`);
  }
}

/** A table that was made within one second, so that its ages are those at its `now`. */
async function tableAt(path: string): Promise<{ now: number; body: Record<string, unknown> }> {
  for (;;) {
    const before = Date.now();
    const { body } = await ask('GET', `${path}?includeObject=Object`, undefined, undefined, accept);
    const now = Date.now();
    if (Math.trunc(before / 1000) === Math.trunc(now / 1000)) return { now: before, body };
  }
}

interface Row {
  readonly cells: readonly unknown[];
  readonly object: { readonly metadata: Record<string, unknown> };
}

const tables: RecordedTable[] = onlySeldom
  ? recordedTables().filter(({ resource }) => !(resource in seldom))
  : [];
if (!onlySeldom) {
  await makePods();
  await ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
}
await makeSeldom();
for (const [resource, path] of Object.entries(paths)) {
  const { now, body } = await tableAt(path);
  const definitions = (body['columnDefinitions'] ?? []) as RecordedTable['columns'];
  const rows = (body['rows'] ?? []) as readonly Row[];
  tables.push({
    resource,
    now,
    columns: definitions.map(({ name, type, format, priority }) => ({ name, type, format, priority })),
    rows: rows.slice(0, 60).map(({ cells, object }) => {
      const { managedFields: _, ...metadata } = object.metadata;
      // A cell without a column is shown by nobody.
      return { cells: cells.slice(0, definitions.length), object: { ...object, metadata } };
    }),
  });
}
writeFileSync(new URL('recorded.json.gz', import.meta.url), gzipSync(JSON.stringify(tables), { level: 9 }));
process.stdout.write(
  `${tables.length} tables, ${tables.reduce((sum, one) => sum + one.rows.length, 0)} rows\n`,
);
