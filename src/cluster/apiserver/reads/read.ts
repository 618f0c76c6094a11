import { apiVersionOf, badRequest, notFound, StatusError, type KubeObject } from '../../meta/index.ts';
import type { Kind } from '../../kinds/index.ts';
import type { Place } from '../../store/index.ts';
import type { Answer, Call, KindCall } from '../call.ts';
import { continueFrom, continueToken } from '../requests/continue.ts';
import { type ListQuery, listQuery, revisionOf } from '../requests/options.ts';
import { type Page, pageOf } from './page.ts';
import { servedAlone } from './versions.ts';

/** Where the object of a request lies. */
export function placeOf(call: KindCall, name = call.info.name): Place {
  const namespace = call.kind.namespaced ? call.info.namespace : '';
  return { resource: call.kind.resource, namespace, name };
}

/** A kind as messages about its objects name it. */
export function resourceOf({ group, plural }: Kind): { group: string; resource: string } {
  return { group, resource: plural };
}

/** A kind as messages about broken rules name it. */
export function kindOf({ group, kind }: Kind): { group: string; resource: string } {
  return { group, resource: kind };
}

export async function get(call: KindCall): Promise<Answer> {
  const stored = call.parts.store.get(placeOf(call));
  if (stored === undefined) throw notFound(resourceOf(call.kind), call.info.name);
  reached(call, call.query.get('resourceVersion') ?? '', 'get');
  return { status: 200, object: await servedAlone(stored, call.kind, 'look'), kind: call.kind };
}

/**
 * Makes sure that the store has reached a revision that a client has seen.
 * @throws StatusError 504 when it is still ahead, 400 when it is no revision.
 */
export function reached(call: Call, text: string, verb: string): number | undefined {
  const wanted = revisionOf(text, verb);
  const { revision } = call.parts.store;
  if (wanted === undefined || wanted <= revision) return wanted;
  const message = `Timeout: Too large resource version: ${wanted}, current: ${revision}`;
  throw new StatusError(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** What decides whether an object is part of a list or watch; undefined when every one is. */
export function filterOf(kind: Kind, options: ListQuery): ((object: KubeObject) => boolean) | undefined {
  checkFields(kind, options);
  const { labels, fields } = options;
  const all = labels.empty && fields.terms.length === 0;
  if (all) return undefined;
  return object =>
    labels.matches(object.metadata.labels) && fields.matches(field => fieldOf(kind, field, object));
}

function fieldOf(kind: Kind, field: string, object: KubeObject): string {
  if (field === 'metadata.name') return object.metadata.name ?? '';
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return kind.selectable.get(field)?.(object) ?? '';
}

function checkFields(kind: Kind, { fields }: ListQuery): void {
  for (const { field } of fields.terms) {
    if (field === 'metadata.name' || kind.selectable.has(field)) continue;
    if (field === 'metadata.namespace' && (kind.namespaced || kind.manner === 'typed')) continue;
    if (kind.manner === 'custom' || kind.selectable.size > 0) {
      throw badRequest(`field label not supported: ${field}`);
    }
    throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
  }
}

/** A list as the store gives it, with the token to go on. */
export interface Listed {
  readonly items: readonly KubeObject[];
  readonly revision: number;
  readonly continue: string;
  readonly remaining: number | undefined;
}

export async function list(call: KindCall): Promise<Answer> {
  const options = listQuery(call.query, 'list');
  const listed = await listOf(call, options);
  const whole = call.sink.takeValue !== undefined;
  return { status: 200, object: listObject(call.kind, listed, whole), kind: call.kind };
}

export async function listOf(call: KindCall, options: ListQuery): Promise<Listed> {
  const { kind, info, parts } = call;
  const where = filterOf(kind, options);
  const from = options.continue === '' ? undefined : continueFrom(options.continue);
  const asked = from === undefined ? reached(call, options.resourceVersion, 'list') : undefined;
  const at = from?.revision ?? (options.match === 'Exact' ? asked : undefined);
  const namespace = kind.namespaced && info.namespace !== '' ? info.namespace : undefined;
  let page: Page;
  try {
    page = await pageOf(kind, parts.store, {
      namespace,
      limit: options.limit > 0 ? options.limit : undefined,
      after: from,
      at: at === 0 ? undefined : at,
      where,
    });
  } catch (error) {
    throw gone(error, from);
  }
  const { items, revision, next, remaining } = page;
  return {
    items,
    revision,
    continue: next === undefined ? '' : continueToken(revision, next),
    remaining: where === undefined ? remaining : undefined,
  };
}

/** An exact revision that history no longer has; a continued list gets a token to go on inconsistently. */
function gone(error: unknown, from: { namespace: string; name: string } | undefined): unknown {
  if ((error as { code?: unknown }).code !== 'store-compacted') return error;
  if (from === undefined) {
    return new StatusError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  }
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  const expired = new StatusError(410, 'Expired', message);
  const metadata = { continue: continueToken(-1, from) };
  return Object.assign(expired, { status: { ...expired.status, metadata } });
}

/**
 * The list as its kind is written.
 * @param whole Whether objects of built-in kinds are as the store has them, too, with a kind and a version each, for readers in this process.
 */
export function listObject(
  kind: Kind,
  { items, revision, continue: token, remaining }: Listed,
  whole = false,
): unknown {
  const resourceVersion = `${revision}`;
  const apiVersion = apiVersionOf(kind);
  if (kind.manner === 'custom') {
    const rest = remaining === undefined || token === '' ? {} : { remainingItemCount: remaining };
    const metadata = { continue: token, ...rest, resourceVersion };
    return { apiVersion, items, kind: kind.listKind, metadata };
  }
  const metadata = {
    resourceVersion,
    ...(token !== '' && { continue: token }),
    ...(token !== '' && remaining !== undefined && { remainingItemCount: remaining }),
  };
  return {
    kind: kind.listKind,
    apiVersion,
    metadata,
    items: whole ? items : items.map(({ kind: _, apiVersion: __, ...item }) => item),
  };
}
