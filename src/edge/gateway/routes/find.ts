import type { Field, Head } from '../../../base/net/index.ts';
import { both } from './changes.ts';
import type { Backend, Candidate, Change, Rule, Table, Target } from './table.ts';

/** How a request gets to a backend. The same object for the same way, so that what is made for it can be kept. */
export interface Way {
  readonly backend: Backend;
  readonly change: Change;
  /** Milliseconds for the whole exchange. */
  readonly timeout: number | undefined;
  /** The fields sent for a head. */
  readonly fields: WeakMap<Head, readonly Field[]>;
}

export type Found =
  | { readonly way: Way; readonly path: string }
  | { readonly candidates: readonly Candidate[]; readonly name: string }
  | undefined;

/** Rules may lead to other hosts so many times. */
const mostHops = 4;
const ways = new WeakMap<Target, Map<Backend | Target, Way>>();

/**
 * Finds the way of a request by its host, or else by the name of a model in its path.
 * @param random gives 0 ≤ x < 1, for shares
 * @returns candidates when a name is there that does not lead to one service with a host
 */
export function find(table: Table, method: string, path: string, head: Head, random: () => number): Found {
  const asked = { method, path, head, random };
  const found = byHost(table, bareHost(head.header('host') ?? ''), asked);
  if (found !== undefined) return found;
  const name = modelIn(path);
  const candidates = name === undefined ? undefined : table.models.get(name);
  if (candidates === undefined || name === undefined) return undefined;
  const [only] = candidates;
  const there =
    candidates.length === 1 && only?.host !== undefined ? byHost(table, only.host, asked) : undefined;
  return there ?? { candidates, name };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly head: Head;
  readonly random: () => number;
}

function byHost(table: Table, host: string, asked: Asked): { way: Way; path: string } | undefined {
  let { path } = asked;
  let at = host;
  let first: Target | undefined;
  let change: Change | undefined;
  let timeout: number | undefined;
  for (let hop = 0; hop < mostHops; hop++) {
    const rule = rulesFor(table, at).find(one => fits(one, asked, path));
    const target = rule === undefined ? undefined : shareOf(rule.targets, asked.random);
    if (rule === undefined || target === undefined) return undefined;
    first ??= target;
    change = change === undefined ? target.change : both(change, target.change);
    timeout = Math.min(timeout ?? Infinity, rule.timeout ?? Infinity);
    if (target.change.path !== undefined) path = target.change.path(path);
    if (typeof target.to !== 'string') return { way: wayOf(first, target, change, timeout), path };
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
    known.set(last, (way = { backend, change, timeout: limit, fields: new WeakMap() }));
  }
  return way;
}

const none: readonly Rule[] = [];

function rulesFor({ hosts }: Table, host: string): readonly Rule[] {
  const own = hosts.get(host);
  if (own !== undefined) return own;
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    const wild = hosts.get(`*${host.slice(dot)}`);
    if (wild !== undefined) return wild;
  }
  return none;
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
