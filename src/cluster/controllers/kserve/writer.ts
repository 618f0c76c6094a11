import type { KubeObject } from '../../meta/index.ts';
import { isStatusError } from '../../meta/index.ts';
import { type Cluster, controllerOf } from '../../view/index.ts';
import { type Child, childKey } from './children.ts';

/** Annotations that others put on what is a service's. */
const foreign =
  /^(deployment\.kubernetes\.io\/|serving\.knative\.dev\/(creator|lastModifier)$|davit\.dev\/listens-on$)/;
const restarted = 'kubectl.kubernetes.io/restartedAt';

interface Written {
  readonly uid: string | undefined;
  /** What was asked for. */
  readonly wanted: string;
  /** What came of it, defaults of the server's included. */
  readonly became: string;
}

/**
 * Brings the children of services to what is wanted. What has been written is remembered, with what the server made of it: as long as
 * neither changes there is nothing to write.
 */
export class ChildWriter {
  readonly #cluster: Cluster;
  readonly #written = new Map<string, Map<string, Written>>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Makes or changes a child of the service with that key; gives it as it is then. */
  async write(service: string, child: Child, existing: KubeObject | undefined): Promise<KubeObject> {
    const { plural, object } = child;
    if (existing === undefined) return this.#remember(service, child, await this.#create(child));
    assertOwn(object, existing);
    if (child.onlyOnce === true) return existing;
    const known = this.#written.get(service)?.get(childKey(plural, object));
    const same =
      known?.uid === existing.metadata.uid &&
      known?.wanted === JSON.stringify(object) &&
      known.became === resultOf(existing, object);
    if (same) return existing;
    const changed = await this.#cluster.client(plural).update(changedTo(existing, object));
    return this.#remember(service, child, changed);
  }

  async remove(service: string, { plural, object }: Child): Promise<void> {
    const { namespace = '', name = '', uid } = object.metadata;
    this.#written.get(service)?.delete(childKey(plural, object));
    try {
      await this.#cluster.client(plural).delete(namespace, name, { uid, propagation: 'Background' });
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
    }
  }

  /** A service that is gone. */
  forget(service: string): void {
    this.#written.delete(service);
  }

  /** What was made a moment ago may not have been seen yet. */
  async #create({ plural, object }: Child): Promise<KubeObject> {
    const client = this.#cluster.client(plural);
    try {
      return await client.create(object);
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
      const found = await client.get(object.metadata.namespace ?? '', object.metadata.name ?? '');
      assertOwn(object, found);
      return found;
    }
  }

  #remember(service: string, { plural, object }: Child, result: KubeObject): KubeObject {
    const { uid } = result.metadata;
    const all = this.#written.get(service) ?? new Map<string, Written>();
    all.set(childKey(plural, object), {
      uid,
      wanted: JSON.stringify(object),
      became: resultOf(result, object),
    });
    this.#written.set(service, all);
    return result;
  }
}

/** @throws Error when an object of that name belongs to somebody else. */
function assertOwn({ kind, metadata }: KubeObject, existing: KubeObject): void {
  const owner = metadata.ownerReferences?.[0]?.uid;
  const found = controllerOf(existing);
  if (found?.uid === owner) return;
  const whose = found === undefined ? 'nobody' : `${found.kind} ${JSON.stringify(found.name)}`;
  throw new Error(
    `${kind} ${JSON.stringify(metadata.name)} exists already and belongs to ${whose}: rename it or the InferenceService`,
  );
}

function changedTo(existing: KubeObject, wanted: KubeObject): KubeObject {
  const { annotations = {} } = existing.metadata;
  const kept = Object.entries(annotations).filter(([name]) => foreign.test(name));
  const { labels } = wanted.metadata;
  const { labels: _, annotations: _a, ...metadata } = existing.metadata;
  return {
    ...existing,
    ...wanted,
    metadata: {
      ...metadata,
      ...(labels !== undefined && { labels }),
      annotations: { ...Object.fromEntries(kept), ...wanted.metadata.annotations },
      ownerReferences: wanted.metadata.ownerReferences ?? [],
    },
    ...(existing['status'] !== undefined && { status: existing['status'] }),
    ...(wanted['spec'] !== undefined && { spec: specOf(existing, wanted) }),
  };
}

type Spec = Readonly<Record<string, unknown>>;

/** What a server has given an object for good stays with it, and so does a restart that somebody asked for. */
function specOf(existing: KubeObject, wanted: KubeObject): Spec {
  const spec = wanted['spec'] as Spec;
  const old = (existing['spec'] ?? {}) as Spec;
  if (wanted.kind === 'Service' && wanted.apiVersion === 'v1' && spec['type'] !== 'ExternalName') {
    const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy } = old;
    return { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy, ...spec };
  }
  const when = templateAnnotations(old)?.[restarted];
  if (wanted.kind !== 'Deployment' || when === undefined) return spec;
  const template = spec['template'] as { readonly metadata: object };
  const annotations = { ...templateAnnotations(spec), [restarted]: when };
  return { ...spec, template: { ...template, metadata: { ...template.metadata, annotations } } };
}

function templateAnnotations(spec: Spec): Readonly<Record<string, string>> | undefined {
  const template = spec['template'] as KubeObject | undefined;
  return template?.metadata?.annotations;
}

/** The parts of an object that are its owner's to say. */
function resultOf({ metadata, spec }: KubeObject & { readonly spec?: unknown }, wanted: KubeObject): string {
  const { labels, annotations = {}, ownerReferences } = metadata;
  const said = Object.keys(wanted.metadata.annotations ?? {});
  const own = Object.entries(annotations).filter(([name]) => said.includes(name) || !foreign.test(name));
  return JSON.stringify([labels, own, ownerReferences, spec]);
}
