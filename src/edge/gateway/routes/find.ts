import type { Head } from '../../../base/net/index.ts';
import { both } from './changes.ts';
import { isPlatform } from './own.ts';
import type { Backend, Candidate, Change, OwnedRule, Rule, Table, Target } from './table.ts';

/** How a request gets to a backend. The same object for the same way, so that what is made for it can be kept. */
export interface Way {
  readonly backend: Backend;
  readonly change: Change;
  /** Milliseconds for the whole exchange. */
  readonly timeout: number | undefined;
}

/** Where a request goes. */
export interface FoundWay {
  readonly way: Way;
  /** The path, after rules have changed it. */
  readonly path: string;
  /** Whether nothing was left to chance: the same request goes there again as long as the table is the same. */
  readonly certain: boolean;
}

export type Found =
  | FoundWay
  | { readonly candidates: readonly Candidate[]; readonly name: string }
  | undefined;

/** Rules may lead to other hosts so many times. */
const mostHops = 4;
const ways = new WeakMap<Target, Map<Backend | Target, Way>>();

/** Whether a service may be named to whoever asks. */
export type Sees = (namespace: string, name: string) => boolean;

/**
 * Finds the way of a request by its host, or else by the name of a model in its path.
 * @param random gives 0 ≤ x < 1, for shares
 * @param sees leaves out candidates where there are several, or the only one leads nowhere: they are as good as not there
 * @returns candidates when a name is there that does not lead to one service with a host
 */
export function find(
  table: Table,
  method: string,
  path: string,
  head: Head,
  random: () => number,
  sees?: Sees,
): Found {
  const asked = { method, path, head, random };
  return byHost(table, bareHost(head.header('host') ?? ''), asked) ?? byName(table, asked, sees);
}

/** Finds the way of a request as if nobody had the host that it names. */
export function findElse(
  table: Table,
  method: string,
  path: string,
  head: Head,
  random: () => number,
  sees?: Sees,
): Found {
  const own = table.isOwn(bareHost(head.header('host') ?? ''));
  const asked = { method, path, head, random, own };
  return byHost(table, everyHost, asked) ?? byName(table, asked, sees);
}

function byName(table: Table, asked: Asked, sees: Sees | undefined): Found {
  const name = modelIn(asked.path);
  const all = name === undefined ? undefined : table.models.get(name);
  if (all === undefined || name === undefined) return undefined;
  const [first] = all;
  const decided = sees === undefined || (all.length === 1 && first?.host !== undefined);
  const candidates = decided ? all : all.filter(({ namespace }) => sees(namespace, name));
  const [only] = candidates;
  if (only === undefined) return undefined;
  const there =
    candidates.length === 1 && only.host !== undefined ? byHost(table, only.host, asked) : undefined;
  if (there === undefined && sees?.(only.namespace, name) === false) return undefined;
  return there ?? { candidates, name };
}

/** Finds the way of a request by the rules for every host alone, as they hold at those of the gateway, whatever host it names. */
export function findForAll(
  table: Table,
  method: string,
  path: string,
  head: Head,
  random: () => number,
): FoundWay | undefined {
  return byHost(table, everyHost, { method, path, head, random, own: true });
}

const everyHost = '*';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly head: Head;
  readonly random: () => number;
  /** Whether what is for every host is asked at one of the gateway itself. */
  readonly own?: boolean;
}

function byHost(table: Table, host: string, asked: Asked): FoundWay | undefined {
  let { path } = asked;
  let at = host;
  let first: Target | undefined;
  let change: Change | undefined;
  let timeout: number | undefined;
  let certain = true;
  for (let hop = 0; hop < mostHops; hop++) {
    const rule = rulesFor(table, at, asked).find(one => fits(one, asked, path));
    const target = rule === undefined ? undefined : shareOf(rule.targets, asked.random);
    if (rule === undefined || target === undefined) return undefined;
    first ??= target;
    certain &&= rule.targets.length === 1;
    change = change === undefined ? target.change : both(change, target.change);
    timeout = Math.min(timeout ?? Infinity, rule.timeout ?? Infinity);
    if (target.change.path !== undefined) path = target.change.path(path);
    if (typeof target.to !== 'string') return { way: wayOf(first, target, change, timeout), path, certain };
    at = target.to;
  }
  return undefined;
}

function fits({ path, headers, method }: Rule, asked: Asked, current: string): boolean {
  return (
    (method === undefined || method === asked.method) &&
    path.matches(current) &&
    headers.every(matches => matches(asked.head))
  );
}

function wayOf(first: Target, last: Target, change: Change, timeout: number): Way {
  let known = ways.get(first);
  if (known === undefined) ways.set(first, (known = new Map()));
  let way = known.get(last);
  if (way === undefined) {
    const backend = last.to as Backend;
    const limit = timeout === Infinity ? undefined : timeout;
    known.set(last, (way = { backend, change, timeout: limit }));
  }
  return way;
}

const none: readonly OwnedRule[] = [];

function rulesFor(
  { hosts: all, reserved, isOwn, ownerOf }: Table,
  host: string,
  { own: strict }: Asked,
): readonly OwnedRule[] {
  const hosts = isOwn(host) || (host === everyHost && strict === true) ? reserved : all;
  const own = hosts.get(host);
  if (own !== undefined) return own;
  const owner = ownerOf(host);
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    const wild = hosts.get(`*${host.slice(dot)}`);
    const rules = wild === undefined ? none : allowed(wild, owner);
    if (rules.length > 0) return rules;
  }
  return allowed(hosts.get(everyHost) ?? none, owner);
}

/** What is written for many hosts does not reach one that another namespace has to itself. */
function allowed(rules: readonly OwnedRule[], owner: string | undefined): readonly OwnedRule[] {
  if (owner === undefined) return rules;
  return rules.filter(({ namespace }) => namespace === owner || isPlatform(namespace));
}

function shareOf(targets: readonly Target[], random: () => number): Target | undefined {
  if (targets.length <= 1) return targets[0];
  let left = random() * targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.find(({ weight }) => (left -= weight) < 0);
}

/** A host without port, in lower case. */
export function bareHost(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = colon > 0 && !host.endsWith(']') ? host.slice(0, colon) : host;
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}

const models = /^\/v[12]\/models\/([^/:]+)/;

function modelIn(path: string): string | undefined {
  const name = models.exec(path)?.[1];
  if (name === undefined) return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
