import { besidesOf, type Domains } from './domains.ts';
import type { InferenceService } from './shapes.ts';

/** `NAME.NAMESPACE.svc`, `NAME.NAMESPACE.svc.cluster.local`, and what is below. */
const inside = /^.+\.([^.]+)\.svc(?:\.cluster\.local)?$/;
const short = /^([^.]+)\.([^.]+)$/;

/**
 * Which namespaces have hosts to themselves, so that nobody else comes between those and their callers: names inside the cluster, and
 * the hosts that InferenceServices tell in their status, their own and those of their components, in all domains of KServe's.
 */
export class HostOwners {
  readonly #told: ReadonlyMap<string, string>;
  /** Of hosts that several share, by the paths that InferenceServices have there. */
  readonly #paths: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly #isService: (namespace: string, name: string) => boolean;

  constructor(
    services: Iterable<InferenceService>,
    isService: (namespace: string, name: string) => boolean,
    domains: Domains,
  ) {
    const places = [...placesOf(services, domains)];
    this.#told = undisputed(places.flatMap(one => (one.path === '' ? [[one.host, one.namespace]] : [])));
    const shared = Map.groupBy(
      places.filter(({ path }) => path !== ''),
      ({ host }) => host,
    );
    this.#paths = new Map(
      [...shared].map(([host, all]) => [host, undisputed(all.map(one => [one.path, one.namespace]))]),
    );
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

  /** Whether InferenceServices have paths at a host, which they share with whoever else routes it. */
  isShared(host: string): boolean {
    return this.#paths.has(host);
  }

  /** Whether a path at a host that several share is that of an InferenceService of another namespace, or below. */
  isOfOther(host: string, path: string, namespace: string): boolean {
    const paths = this.#paths.get(host);
    if (paths === undefined) return false;
    for (let at = path.indexOf('/', 1); ; at = path.indexOf('/', at + 1)) {
      const owner = paths.get(at < 0 ? path : path.slice(0, at));
      if (owner !== undefined && owner !== namespace) return true;
      if (at < 0) return false;
    }
  }
}

interface Place {
  readonly host: string;
  /** Without a slash at its end: empty for all of the host. */
  readonly path: string;
  readonly namespace: string;
}

function* placesOf(services: Iterable<InferenceService>, domains: Domains): Iterable<Place> {
  for (const { metadata, status } of services) {
    const { namespace = '' } = metadata;
    for (const text of urlsOf(status)) {
      const { hostname = '', pathname = '' } = URL.parse(text ?? '') ?? {};
      if (hostname === '') continue;
      const [host, path] = [hostname.toLowerCase(), pathname.replace(/\/$/, '')];
      yield { host, path, namespace };
      if (path === '') for (const one of besidesOf(host, domains)) yield { host: one, path, namespace };
    }
  }
}

/** What several namespaces tell is none's. */
function undisputed(told: Iterable<readonly [place: string, namespace: string]>): Map<string, string> {
  const owners = new Map<string, string>();
  const disputed = new Set<string>();
  for (const [place, namespace] of told) {
    if ((owners.get(place) ?? namespace) !== namespace) disputed.add(place);
    owners.set(place, namespace);
  }
  for (const place of disputed) owners.delete(place);
  return owners;
}

function urlsOf(status: InferenceService['status']): (string | undefined)[] {
  const components = Object.values(status?.components ?? {}).flatMap(one => [
    one?.url,
    one?.restUrl,
    one?.grpcUrl,
    one?.address?.url,
    ...(one?.traffic ?? []).map(share => share?.url),
  ]);
  return [status?.url, status?.address?.url, ...components];
}
