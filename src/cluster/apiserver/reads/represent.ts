import { isStatusError, type KubeObject, notFound } from '../../meta/index.ts';
import { stringifyYaml } from '../../schema/index.ts';
import type { Kind } from '../../kinds/index.ts';
import type { Answer, Call } from '../call.ts';
import { textOf } from '../writes/form.ts';
import { negotiate, type Representation } from '../requests/negotiate.ts';
import { includeObject, partialOf, tableOf } from './table.ts';

interface ListObject {
  readonly kind: string;
  readonly metadata: unknown;
  readonly items: readonly KubeObject[];
}

/** An object, a list or a Status in the form the client asked for. */
export function represented(call: Call, { object, kind }: Answer, form: Representation): unknown {
  if (kind === undefined || form.as === undefined) return object;
  if (isList(object, kind)) return representedList(call, object, kind, form);
  const single = object as KubeObject;
  if (form.as === 'Table') return table(call, kind, [single], revisionOnly(single), form);
  if (form.as === 'PartialObjectMetadata') return partialOf(single, form.version);
  throw notFound({ group: 'meta.k8s.io', resource: form.as }, '');
}

/** Objects of custom kinds may have a field `items`, too. */
function isList(object: unknown, { listKind }: Kind): object is ListObject {
  return (object as { kind?: unknown }).kind === listKind;
}

function representedList(call: Call, list: ListObject, kind: Kind, form: Representation): unknown {
  if (form.as === 'Table') {
    const items = list.items.map(item => ({ ...item, apiVersion: kind.version, kind: kind.kind }));
    return table(call, kind, items, withoutEmptyContinue(list.metadata), form);
  }
  const items = list.items.map(item => partialOf(item, form.version));
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata: withoutEmptyContinue(list.metadata),
    items: items.length === 0 ? null : items,
  };
}

function table(
  call: Call,
  kind: Kind,
  objects: readonly KubeObject[],
  metadata: unknown,
  { version }: Representation,
): unknown {
  const include = includeObject(call.query);
  return tableOf(kind, objects, metadata, { version, include, now: call.parts.now(), columns: true });
}

function revisionOnly({ metadata }: KubeObject): unknown {
  const { resourceVersion } = metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}

function withoutEmptyContinue(metadata: unknown): unknown {
  const { continue: token, ...rest } = metadata as { continue?: string };
  return token === undefined || token === '' ? rest : { ...rest, continue: token };
}

/** How the client wants its answer; a failure is told in JSON when it wants something that is not served. */
export function representationFor(call: Call, convertible: boolean): Representation {
  return negotiate(call.head.header('accept'), convertible);
}

/** The form for a failure: never a table. */
export function representationForStatus(call: Call): Representation {
  try {
    const form = negotiate(call.head.header('accept'), true);
    return { ...form, as: undefined };
  } catch (error) {
    if (!isStatusError(error)) throw error;
    return { media: 'application/json', as: undefined, version: 'v1' };
  }
}

/** Whether an answer is an object as the store has it, which others are told of as well. */
export function isStored({ parts }: Call, { object, kind }: Answer): boolean {
  if (kind === undefined || isList(object, kind)) return false;
  const { namespace = '', name = '' } = (object as KubeObject).metadata;
  return parts.store.get({ resource: kind.resource, namespace, name })?.object === object;
}

/**
 * The bytes of an answer: nothing, JSON with a line end, indented for people, or YAML.
 * @param stored Whether it is an object as the store has it.
 */
export function encoded(value: unknown, form: Representation, pretty: boolean, stored: boolean): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  if (form.media === 'application/yaml') return Buffer.from(yamlOf(value));
  if (pretty) return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  return Buffer.from(`${stored ? textOf(value as KubeObject) : JSON.stringify(value)}\n`);
}

/** YAML as Go's library writes it, which does not quote a dot. */
function yamlOf(value: unknown): string {
  return stringifyYaml(value).replaceAll(/^([ -]*)"\.":/gm, '$1.:');
}

/** People look at answers through browsers and these programs. */
const peoplesAgents = /^(curl|Wget|Mozilla\/)/;

export function isPretty(call: Call): boolean {
  const asked = call.query.get('pretty');
  if (asked !== null) return asked !== 'false' && asked !== '0';
  return peoplesAgents.test(call.head.header('user-agent') ?? '');
}
