import type { Kind, Subresource } from '../../../../kinds/index.ts';
import { apiVersionOf, type JsonObject } from '../../../../meta/index.ts';
import {
  definitionName,
  listDefinitionName,
  operationPrefix,
  operationSubject,
  reference,
  shared,
  tag,
} from './names.ts';
import { type Method, type Operation, Operations } from './operations.ts';
import { everywhere, parameterRows, type Parameters } from './parameters.ts';

type Paths = Record<string, JsonObject>;

/** Where a group and version is served: `/api/v1`, `/apis/apps/v1`. */
export function rootOf(group: string, version: string): string {
  return `/${group === '' ? 'api' : 'apis'}/${apiVersionOf({ group, version })}`;
}

/** The paths of a group and version, in order of their letters. */
export function pathsOf(kinds: readonly Kind[], group: string, version: string): JsonObject {
  const root = rootOf(group, version);
  const all: Paths = {};
  if (kinds.some(kind => kind.manner === 'typed')) all[`${root}/`] = resourcesPath(group, version);
  for (const kind of kinds) {
    kindPaths(kind, root, all);
    // Paths of old that real clients of old still use; custom kinds came later.
    if (kind.manner === 'typed' && kind.verbs.includes('watch')) watchPaths(kind, root, all);
  }
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function resourcesPath(group: string, version: string): JsonObject {
  const schema = reference(shared.resourceList);
  const content = { 'application/json': { schema }, 'application/yaml': { schema } };
  return {
    get: {
      tags: [tag(group, version)],
      operationId: `get${operationPrefix(group, version)}APIResources`,
      responses: { 200: { description: 'OK', content }, 401: { description: 'Unauthorized' } },
    },
  };
}

function kindPaths(kind: Kind, root: string, all: Paths): void {
  const make = new Operations(kind);
  const list = listDefinitionName(kind);
  const [collection, place] = placeOf(kind, root);
  if (kind.namespaced && kind.verbs.includes('list')) {
    all[`${root}/${kind.plural}`] = path([make.list(`${kind.kind}ForAllNamespaces`, list)], []);
  }
  put(all, collection, collectionOperations(kind, make), place);
  put(all, `${collection}/{name}`, objectOperations(kind, make), ['name', ...place]);
  for (const one of kind.subresources) subresourcePaths(kind, one, collection, place, all);
}

function placeOf(kind: Kind, root: string): [collection: string, place: string[]] {
  return kind.namespaced
    ? [`${root}/namespaces/{namespace}/${kind.plural}`, ['namespace']]
    : [`${root}/${kind.plural}`, []];
}

function collectionOperations(kind: Kind, make: Operations): Operation[] {
  const subject = operationSubject(kind);
  const { verbs } = kind;
  return [
    ...(verbs.includes('list') ? [make.list(subject, listDefinitionName(kind))] : []),
    ...(verbs.includes('create') ? [make.create(subject, definitionName(kind))] : []),
    ...(verbs.includes('deletecollection') ? [make.removeMany(subject)] : []),
  ];
}

function objectOperations(kind: Kind, make: Operations): Operation[] {
  const subject = operationSubject(kind);
  const name = definitionName(kind);
  const { verbs } = kind;
  return [
    ...(verbs.includes('get') ? [make.read(subject, name)] : []),
    ...(verbs.includes('update') ? [make.replace(subject, name)] : []),
    ...(verbs.includes('delete')
      ? [make.remove(subject, kind.deleteAnswer === 'object' ? name : shared.status)]
      : []),
    ...(verbs.includes('patch') ? [make.patch(subject, name)] : []),
  ];
}

function subresourcePaths(
  kind: Kind,
  one: Subresource,
  collection: string,
  place: readonly string[],
  all: Paths,
): void {
  const at = `${collection}/{name}/${one.name}`;
  const inPath = ['name', ...place];
  const make = new Operations(kind);
  if (one.connects !== true) return put(all, at, subresourceOperations(kind, one, make), inPath);
  const subject = operationSubject(kind, one.name);
  put(all, at, connections(one, make, subject), inPath);
  // Of a proxy, the rest of a path is that of what is behind it.
  if (one.verbs.includes('delete')) {
    put(all, `${at}/{path}`, connections(one, make, `${subject}WithPath`), [...inPath, 'path']);
  }
}

function subresourceOperations(kind: Kind, one: Subresource, make: Operations): Operation[] {
  const subject = operationSubject(kind, one.name);
  const about = kind.manner === 'typed' ? one.kind : undefined;
  const name = definitionOf(kind, one);
  const { verbs } = one;
  if (one.query !== undefined) return [make.readText(subject, one.query)];
  return [
    ...(verbs.includes('get') ? [make.read(subject, name, about)] : []),
    ...(verbs.includes('update') ? [make.replace(subject, name, about)] : []),
    ...(verbs.includes('create') ? [make.create(subject, name, about)] : []),
    ...(verbs.includes('patch') ? [make.patch(subject, name, about)] : []),
  ];
}

/** What a subresource takes is one of Kubernetes' own kinds, or the object itself. */
function definitionOf(kind: Kind, { kind: taken }: Subresource): string {
  if (taken === undefined) return definitionName(kind);
  const group = taken.group === '' ? 'core' : (taken.group.split('.')[0] as string);
  return `io.k8s.api.${group}.${taken.version}.${taken.kind}`;
}

const methods: Readonly<Record<string, readonly Method[]>> = {
  get: ['get'],
  update: ['put'],
  create: ['post'],
  // Whatever may be forwarded may be asked about, too.
  delete: ['delete', 'options', 'head'],
  patch: ['patch'],
};

function connections(one: Subresource, make: Operations, subject: string): Operation[] {
  return Object.entries(methods)
    .filter(([verb]) => one.verbs.some(each => each === verb))
    .flatMap(([, all]) => all)
    .map(method => make.connect(method, subject, one.query ?? {}, one.kind));
}

function watchPaths(kind: Kind, root: string, all: Paths): void {
  const make = new Operations(kind);
  const [collection, place] = placeOf(kind, `${root}/watch`);
  const subject = operationSubject(kind);
  if (kind.namespaced) {
    const everywhereToo = make.watch(`${kind.kind}ListForAllNamespaces`, 'watchlist');
    all[`${root}/watch/${kind.plural}`] = path([everywhereToo], []);
  }
  all[collection] = path([make.watch(`${subject}List`, 'watchlist')], place);
  all[`${collection}/{name}`] = path([make.watch(subject, 'watch')], ['name', ...place]);
}

function put(all: Paths, at: string, operations: readonly Operation[], inPath: readonly string[]): void {
  if (operations.length > 0) all[at] = path(operations, inPath);
}

/** One path: what all its operations take stands once, beside them. */
function path(operations: readonly Operation[], inPath: readonly string[]): JsonObject {
  const [first, ...rest] = operations;
  const common = Object.entries(first?.query ?? {}).filter(([name]) =>
    rest.every(({ query }) => Object.hasOwn(query, name)),
  );
  const sharedQuery: Parameters = Object.fromEntries(common);
  return {
    ...Object.fromEntries(
      operations.map(({ method, query, fields }) => [method, withOwn(fields, query, sharedQuery)]),
    ),
    parameters: parameterRows(
      first?.connects === true ? sharedQuery : { ...everywhere, ...sharedQuery },
      inPath,
    ),
  };
}

function withOwn(fields: JsonObject, query: Parameters, common: Parameters): JsonObject {
  const own = Object.entries(query).filter(([name]) => !Object.hasOwn(common, name));
  const { tags, operationId, ...others } = fields;
  return {
    tags,
    operationId,
    ...(own.length > 0 && { parameters: parameterRows(Object.fromEntries(own)) }),
    ...others,
  };
}
