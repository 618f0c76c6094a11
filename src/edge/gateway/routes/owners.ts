import type { InferenceService } from './shapes.ts';

/** `NAME.NAMESPACE.svc`, `NAME.NAMESPACE.svc.cluster.local`, and what is below. */
const inside = /^.+\.([^.]+)\.svc(?:\.cluster\.local)?$/;
const short = /^([^.]+)\.([^.]+)$/;

/**
 * Which namespaces have hosts to themselves, so that nobody else comes between those and their callers: names inside the cluster, and
 * the hosts that InferenceServices tell in their status, their own and those of their components.
 */
export class HostOwners {
  readonly #told: ReadonlyMap<string, string>;
  readonly #isService: (namespace: string, name: string) => boolean;

  constructor(services: Iterable<InferenceService>, isService: (namespace: string, name: string) => boolean) {
    this.#told = toldOwners(services);
    this.#isService = isService;
  }

  /**
   * The namespace that has a host to itself; undefined when everybody may route it.
   * @param host without its port, in lower case; `*.` before those that stand for all below
   */
  of(host: string): string | undefined {
    const [, namespace] = inside.exec(host) ?? [];
    if (namespace !== undefined) return namespace;
    // A host of two words may as well be one of the world outside.
    const [, name = '', place = ''] = short.exec(host) ?? [];
    return this.#isService(place, name) ? place : this.#told.get(host);
  }
}

/** A host that several namespaces tell is none's. */
function toldOwners(services: Iterable<InferenceService>): Map<string, string> {
  const owners = new Map<string, string>();
  const disputed = new Set<string>();
  for (const { metadata, status } of services) {
    const { namespace = '' } = metadata;
    for (const url of urlsOf(status)) {
      const host = hostOf(url);
      if (host === undefined) continue;
      if ((owners.get(host) ?? namespace) !== namespace) disputed.add(host);
      owners.set(host, namespace);
    }
  }
  for (const host of disputed) owners.delete(host);
  return owners;
}

function urlsOf(status: InferenceService['status']): (string | undefined)[] {
  const components = Object.values(status?.components ?? {}).flatMap(one => [
    one?.url,
    one?.restUrl,
    one?.grpcUrl,
    one?.address?.url,
    ...(one?.traffic ?? []).map(({ url }) => url),
  ]);
  return [status?.url, status?.address?.url, ...components];
}

/** The host that an address has to itself: one with a path is one of several there. */
function hostOf(text: string | undefined): string | undefined {
  const url = URL.parse(text ?? '');
  if (url === null || url.pathname !== '/' || url.hostname === '') return undefined;
  return url.hostname.toLowerCase();
}
