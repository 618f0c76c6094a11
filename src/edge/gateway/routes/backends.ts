import type { Grants, Referrer } from './grants.ts';
import type { Service, Slice } from './shapes.ts';
import type { Backend, Endpoint, Owner } from './table.ts';

export const sliceService = 'kubernetes.io/service-name';
const ownService = 'serving.kserve.io/inferenceservice';

/** The Services that an object may lead to. */
export type Reach = Pick<Backends, 'at'>;

/** The ports of Services, by name, with what is ready behind them; each is made once. */
export class Backends {
  readonly #services = new Map<string, Service>();
  readonly #slices = new Map<string, Slice[]>();
  readonly #made = new Map<string, Backend>();

  constructor(services: Iterable<Service>, slices: Iterable<Slice>) {
    for (const service of services) {
      this.#services.set(`${service.metadata.namespace}/${service.metadata.name}`, service);
    }
    for (const slice of slices) {
      const key = `${slice.metadata.namespace}/${slice.metadata.labels?.[sliceService]}`;
      const list = this.#slices.get(key);
      if (list === undefined) this.#slices.set(key, [slice]);
      else list.push(slice);
    }
  }

  /** @param port number or name; the first port when absent */
  at(namespace: string, name: string, port?: number | string): Backend {
    const key = `${namespace}/${name}:${port ?? ''}`;
    let backend = this.#made.get(key);
    if (backend === undefined) this.#made.set(key, (backend = this.#make(namespace, name, port)));
    return backend;
  }

  /** As `at`, for an object: nothing is ready for it behind a Service that it may not lead to. */
  for(from: Referrer, grants: Grants): Reach {
    const at = (namespace: string, name: string, port?: number | string): Backend => {
      const backend = this.at(namespace, name, port);
      if (grants.allows(from, namespace, name)) return backend;
      const reason = `no ReferenceGrant in ${namespace} lets a ${from.kind} of ${from.namespace} lead to the Service ${name}`;
      return { ...backend, endpoints: [], reason };
    };
    return { at };
  }

  has(namespace: string, name: string): boolean {
    return this.#services.has(`${namespace}/${name}`);
  }

  #make(namespace: string, name: string, asked: number | string | undefined): Backend {
    const key = `${namespace}/${name}`;
    const label = `${key}:${asked ?? ''}`;
    const service = this.#services.get(key);
    const owner = ownerOf(service, namespace, name);
    const none = (reason: string): Backend => ({ name: label, endpoints: [], reason, http2: false, owner });
    if (service === undefined) return none(`there is no Service ${key}`);
    const ports = service.spec?.ports ?? [];
    const port = ports.find(one => asked === undefined || one.port === asked || one.name === asked);
    if (port === undefined) return none(`the Service ${key} has no port ${asked ?? ''}`.trim());
    const endpoints = endpointsOf(this.#slices.get(key) ?? [], port.name ?? '');
    const protocol = port.appProtocol ?? port.name ?? '';
    return {
      name: label,
      endpoints,
      reason: `no replica behind the Service ${key} is ready`,
      http2: /^(kubernetes\.io\/)?(h2c|http2|grpc)(-|$)/.test(protocol),
      owner,
    };
  }

  /** Services of InferenceServices, by the names that they have in the cluster. */
  *inside(): Iterable<{
    readonly names: readonly string[];
    readonly namespace: string;
    readonly to: Backend;
  }> {
    for (const { metadata, spec } of this.#services.values()) {
      if (spec?.type === 'ExternalName' || !belongs(metadata.labels, metadata.ownerReferences)) continue;
      const { namespace = '', name = '' } = metadata;
      const local = `${name}.${namespace}`;
      const names = [local, `${local}.svc`, `${local}.svc.cluster.local`];
      yield { names, namespace, to: this.at(namespace, name) };
    }
  }
}

/** The InferenceService that a Service was made for, by its label or its owner. */
function ownerOf(service: Service | undefined, namespace: string, name: string): Owner {
  const { labels, ownerReferences = [] } = service?.metadata ?? {};
  const owner = labels?.[ownService] ?? ownerReferences.find(({ kind }) => kind === 'InferenceService')?.name;
  return owner === undefined
    ? { kind: 'Service', namespace, name }
    : { kind: 'InferenceService', namespace, name: owner };
}

function belongs(
  labels: Readonly<Record<string, string>> | undefined,
  owners: readonly { readonly kind: string }[] | undefined,
): boolean {
  return labels?.[ownService] !== undefined || owners?.some(one => one.kind === 'InferenceService') === true;
}

/** Replicas that are ready and not on their way out. */
function endpointsOf(slices: readonly Slice[], name: string): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const { ports, endpoints } of slices) {
    const port = ports?.find(one => (one.name ?? '') === name)?.port;
    if (port === undefined || port === null) continue;
    for (const { addresses, conditions } of endpoints ?? []) {
      if (conditions?.ready === false || conditions?.terminating === true) continue;
      const host = addresses[0];
      if (host !== undefined) found.set(`${host}:${port}`, { host, port, key: `${host}:${port}` });
    }
  }
  return [...found.values()];
}
