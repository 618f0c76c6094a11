import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Transport, throwIfFailed } from '../../../../src/cluster/client/index.ts';
import { installedObjects } from '../../../../src/cluster/kserve/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { configured } from '../children/cluster.ts';

const version = 'v0.20.0';
/** Kinds that a cluster of the recordings had. */
const plurals =
  /^(?:clusterservingruntimes|clusterstoragecontainers|inferencegraphs|inferenceservices|servingruntimes|trainedmodels)\./;
const webhooks =
  /^(?:inferenceservice|clusterservingruntime|servingruntime|inferencegraph|trainedmodel)\.serving\.kserve\.io$/;

interface Webhook {
  readonly clientConfig: { readonly service: { readonly path: string } };
}

/** What KServe's release installs, as documents; it is fetched from Go's module proxy. */
export function release(): readonly KubeObject[] {
  const words = ['mod', 'download', '-json', `github.com/kserve/kserve@${version}`];
  const { Dir } = JSON.parse(execFileSync('go', words, { cwd: tmpdir(), encoding: 'utf8' })) as {
    readonly Dir: string;
  };
  const text = readFileSync(join(Dir, 'install', version, 'kserve.yaml'), 'utf8');
  return parseAllDocuments(text).flatMap(document => (document.toJS() ?? []) as KubeObject | []);
}

/** Installs KServe's kinds, its configuration in Standard mode, and its runtimes. */
export async function installKinds(transport: Transport, documents: readonly KubeObject[]): Promise<void> {
  const definitions = documents.filter(
    ({ kind, metadata }) => kind === 'CustomResourceDefinition' && plurals.test(metadata.name ?? ''),
  );
  for (const definition of definitions) {
    await soon(() => apply(transport, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition));
  }
  for (const definition of definitions) await soon(() => served(transport, definition));
  await soon(() => apply(transport, '/api/v1/namespaces', namespaceOf('kserve')));
  for (const object of installedObjects().map(one => configured(one, 'standard'))) {
    await soon(() => apply(transport, pathOf(object), object));
  }
}

/** Lets KServe's webhook configurations lead to an address, whose certificate an authority has signed. */
export async function installWebhooks(
  transport: Transport,
  documents: readonly KubeObject[],
  url: string,
  authority: string,
): Promise<void> {
  for (const document of documents) {
    const { kind, metadata } = document;
    if (!kind.endsWith('WebhookConfiguration') || !webhooks.test(metadata.name ?? '')) continue;
    const caBundle = Buffer.from(authority).toString('base64');
    const led = (document['webhooks'] as readonly Webhook[]).map(one => ({
      ...one,
      clientConfig: { url: `${url}${one.clientConfig.service.path}`, caBundle },
    }));
    const plural = `${kind.toLowerCase()}s`;
    const object = { ...document, webhooks: led } as KubeObject;
    await soon(() => apply(transport, `/apis/admissionregistration.k8s.io/v1/${plural}`, object));
  }
}

/** What a claim without a class is bound to: nothing here provides volumes. */
export async function installVolume(transport: Transport): Promise<void> {
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pretended' },
    spec: {
      capacity: { storage: '100Gi' },
      accessModes: ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany'],
      hostPath: { path: '/nowhere' },
    },
  };
  await apply(transport, '/api/v1/persistentvolumes', volume);
}

/** @throws StatusError while a kind is not served yet */
async function served(
  transport: Transport,
  { spec }: KubeObject & { readonly spec?: unknown },
): Promise<void> {
  const { group, names, versions } = spec as {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string }[];
  };
  for (const { name } of versions) {
    const path = `/apis/${group}/${name}/${names.plural}`;
    throwIfFailed(await transport.ask({ method: 'GET', path }));
  }
}

async function apply(transport: Transport, collection: string, object: KubeObject): Promise<void> {
  const { creationTimestamp: _, ...metadata } = object.metadata;
  const path = `${collection}/${metadata.name}?fieldManager=install&force=true`;
  const body = { ...object, metadata };
  const contentType = 'application/apply-patch+yaml';
  throwIfFailed(await transport.ask({ method: 'PATCH', path, body, contentType }));
}

/** Kinds are served a moment after their definitions are there, and a server that has much to do lets requests run out of time. */
async function soon(action: () => Promise<void>): Promise<void> {
  const until = performance.now() + 180_000;
  while (true) {
    try {
      return await action();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
}

function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = `${kind.toLowerCase()}s`;
  return metadata.namespace === undefined
    ? `${group}/${plural}`
    : `${group}/namespaces/${metadata.namespace}/${plural}`;
}

function namespaceOf(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
