import type { Refused, Table } from './table.ts';

/** Namespaces that no user may write in. */
const platform: ReadonlySet<string> = new Set([
  'istio-system',
  'auth',
  'kserve',
  'knative-serving',
  'kubeflow',
]);

export function isPlatform(namespace: string): boolean {
  return platform.has(namespace);
}

/** First words of paths that are the gateway's own, or lead to models by their names. */
const words: ReadonlySet<string> = new Set(['dex', 'v1', 'v2', 'login', 'logout', 'authservice', 'oauth2']);
const below = /^\/([\w.-]+)\/([\w.-]+)(?:\/|$)/;

/** Whether a path is a namespace's at the hosts of the gateway itself: `/WORD/NAMESPACE` and what is below. */
export function isOfNamespace(path: string, namespace: string): boolean {
  const [, word = '', named] = below.exec(path) ?? [];
  return named === namespace && !words.has(word);
}

/** Whose hosts are. */
export interface Owners {
  readonly own: OwnHosts;
  /** The namespace that has a host to itself. */
  readonly ownerOf: Table['ownerOf'];
}

/**
 * Why a host is kept from an object of a namespace that asks for it, all of it or in part; undefined when it is not.
 * @param starts what the paths that it asks for begin with
 */
export function refusalOf(
  host: string,
  namespace: string,
  starts: readonly string[],
  { own, ownerOf }: Owners,
): Refused['reason'] | undefined {
  if (isPlatform(namespace)) return undefined;
  if ((ownerOf(host) ?? namespace) !== namespace) return 'stranger';
  return own.has(host) && !starts.every(start => isOfNamespace(start, namespace)) ? 'gateway' : undefined;
}

/**
 * Names by which people reach the gateway itself and whoever they log in with: whoever could route those would get what is meant for
 * others. Addresses and `localhost` are always among them.
 */
export class OwnHosts {
  readonly #names: Set<string>;

  /** @param names of hosts, without ports */
  constructor(names: Iterable<string> = []) {
    this.#names = new Set([...names].map(plain));
  }

  /** Whether it was not known before. */
  add(name: string): boolean {
    const before = this.#names.size;
    return this.#names.add(plain(name)).size > before;
  }

  /** @param host without its port, in lower case */
  has(host: string): boolean {
    return (
      host === 'localhost' || host.includes(':') || /^[\d.]+$/.test(host) || this.#names.has(plain(host))
    );
  }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
