/** What a path and a method ask for (apiserver's `RequestInfo`). */
export interface RequestInfo {
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in lower case. */
  readonly verb: string;
  /** Whether it is about something of an API group, rather than a path like /healthz. */
  readonly isResource: boolean;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  /** Plural name. */
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Whether the name stands in the path, rather than in a field selector. */
  readonly named: boolean;
  /** What follows the subresource (`/proxy/a/b`). */
  readonly rest: readonly string[];
}

const verbs = new Map([
  ['POST', 'create'],
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);

/** Parts of a namespace that are no resources in it. */
const partsOfNamespaces = new Set(['status', 'finalize']);

/**
 * Takes a request target apart. The grammar is Kubernetes': `/api/v1/…` or `/apis/<group>/<version>/…`, an old `watch` before the
 * rest, `namespaces/<name>/` before what lies in a namespace.
 * @returns undefined when the path has an empty or undecodable segment, which no route has.
 */
export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo | undefined {
  const parts = segments(path);
  if (parts === undefined) return undefined;
  const other = plain(method, path);
  const legacy = parts[0] === 'api';
  if (!legacy && parts[0] !== 'apis') return other;
  const group = legacy ? '' : (parts[1] ?? '');
  const version = parts[legacy ? 1 : 2];
  const inside = parts.slice(legacy ? 2 : 3);
  if (version === undefined || inside.length === 0) return other;
  return { ...other, isResource: true, group, version, ...resourceOf(method, inside, query) };
}

function plain(method: string, path: string): RequestInfo {
  return {
    verb: method.toLowerCase(),
    isResource: false,
    path,
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    named: false,
    rest: [],
  };
}

function segments(path: string): string[] | undefined {
  const trimmed = path.endsWith('/') ? path.slice(1, -1) : path.slice(1);
  if (trimmed === '') return [];
  try {
    const parts = trimmed.split('/').map(decodeURIComponent);
    return parts.includes('') ? undefined : parts;
  } catch {
    return undefined;
  }
}

type Resource = Pick<
  RequestInfo,
  'verb' | 'namespace' | 'resource' | 'subresource' | 'name' | 'named' | 'rest'
>;

function resourceOf(method: string, inside: string[], query: URLSearchParams): Resource {
  let parts = inside;
  let verb = verbs.get(method) ?? method.toLowerCase();
  if (parts[0] === 'watch' && parts.length > 1) {
    verb = 'watch';
    parts = parts.slice(1);
  }
  let namespace = '';
  if (parts[0] === 'namespaces' && parts[1] !== undefined) {
    namespace = parts[1];
    if (parts[2] !== undefined && !partsOfNamespaces.has(parts[2])) parts = parts.slice(2);
  }
  const [resource = '', name = '', subresource = '', ...rest] = parts;
  if (name === '' && verb === 'get') verb = isTrue(query.get('watch')) ? 'watch' : 'list';
  if (name === '' && verb === 'delete') verb = 'deletecollection';
  const named = name !== '';
  const meant = named ? name : namedByField(verb, query);
  return { verb, namespace, resource, subresource, name: meant, named, rest };
}

/** A list or watch of one name asks for rights on that name. */
function namedByField(verb: string, query: URLSearchParams): string {
  if (verb !== 'list' && verb !== 'watch' && verb !== 'deletecollection') return '';
  return /^metadata\.name==?([^,=!]+)$/.exec(query.get('fieldSelector') ?? '')?.[1] ?? '';
}

/** A boolean of a query as Go's conversion reads it: present and anything but false or 0. */
export function isTrue(value: string | null): boolean {
  return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}
