import { tellsIdentity } from '../../../base/access/index.ts';
import type { Field } from '../../../base/net/index.ts';
import { RE2JS } from 're2js';
import { tellsForwarding } from '../believing.ts';
import type { HeaderOperations, RouteFilter, VirtualRoute } from './shapes.ts';
import { type Change, unchanged } from './table.ts';

type Texts = Readonly<Record<string, string>>;

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const text = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Framing is the gateway's alone: a route that wrote it would smuggle. */
const framing = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What a client shows of himself, and the name of his request, by which the gateway's log and the service's are read together. */
const ofClient = new Set(['authorization', 'proxy-authorization', 'x-auth-token', 'cookie', 'x-request-id']);
/** Tells nothing of a client: programs that stand below a path are told it so. */
const ofRoute = 'x-forwarded-prefix';

/**
 * Whether a route may write a field, or take it away: not what frames a request, nor what the services behind are told of whoever
 * asks. Programs take `_` and `-` for the same.
 */
function isForRoutes(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[^a-z\d]/g, '-');
  if (framing.has(plain) || ofClient.has(plain) || tellsIdentity(name)) return false;
  return plain === ofRoute || !tellsForwarding(name);
}

/** Fields that may be written. */
export function fieldsOf(texts: Iterable<readonly [string, string]>): Field[] {
  const fields: Field[] = [];
  for (const [name, value] of texts) {
    if (token.test(name) && text.test(value) && isForRoutes(name)) fields.push([name.toLowerCase(), value]);
  }
  return fields;
}

function removable(names: readonly string[]): string[] {
  return names.filter(isForRoutes).map(name => name.toLowerCase());
}

export function settingOf(texts: Texts | undefined): Change {
  return texts === undefined ? unchanged : { ...unchanged, set: fieldsOf(Object.entries(texts)) };
}

export function operationsOf({ set = {}, add = {}, remove = [] }: HeaderOperations): Change {
  return {
    set: fieldsOf(Object.entries(set)),
    add: fieldsOf(Object.entries(add)),
    remove: removable(remove),
  };
}

export function filtersOf(filters: readonly RouteFilter[] | undefined): Change {
  let change = unchanged;
  for (const { requestHeaderModifier } of filters ?? []) {
    if (requestHeaderModifier === undefined) continue;
    const { set = [], add = [], remove = [] } = requestHeaderModifier;
    const one = {
      set: fieldsOf(set.map(({ name, value }) => [name, value] as const)),
      add: fieldsOf(add.map(({ name, value }) => [name, value] as const)),
      remove: removable(remove),
    };
    change = both(change, one);
  }
  return change;
}

/** The second after the first. */
export function both(first: Change, second: Change): Change {
  if (first === unchanged) return second;
  if (second === unchanged) return first;
  const again = new Set([...second.remove, ...second.set.map(([name]) => name)]);
  const stays = ([name]: Field): boolean => !again.has(name);
  const [one, other] = [first.path, second.path];
  const path = one === undefined || other === undefined ? (other ?? one) : (from: string) => other(one(from));
  return {
    set: [...first.set.filter(stays), ...second.set],
    add: [...first.add.filter(stays), ...second.add],
    remove: [...first.remove, ...second.remove],
    ...(path !== undefined && { path }),
  };
}

/** What Istio's `rewrite` does to a path that matched by `prefix`. */
export function rewriteOf(rewrite: VirtualRoute['rewrite'], prefix: string | undefined): Change {
  const { uri, authority, uriRegexRewrite } = rewrite ?? {};
  const change = authority === undefined ? unchanged : settingOf({ host: authority });
  const path = uriRegexRewrite === undefined ? plainRewrite(uri, prefix) : regexRewrite(uriRegexRewrite);
  return path === undefined ? change : { ...change, path };
}

function plainRewrite(uri: string | undefined, prefix: string | undefined): Change['path'] {
  if (uri === undefined) return undefined;
  return prefix === undefined ? () => uri : from => uri + from.slice(prefix.length);
}

function regexRewrite({ match = '', rewrite = '' }: { match?: string; rewrite?: string }): Change['path'] {
  try {
    const pattern = RE2JS.compile(match);
    const replacement = rewrite.replaceAll('$', String.raw`\$`).replaceAll(/\\(\d)/g, '$$$1');
    return from => {
      const to = pattern.matcher(from).replaceAll(replacement);
      return to.startsWith('/') ? to : `/${to}`;
    };
  } catch {
    return undefined;
  }
}
