import { pathOf, throwIfFailed, type WatchEvent } from '../../cluster/client/index.ts';
import {
  isStatusError,
  type KubeObject,
  StatusError,
  type Status,
  apiVersionOf,
} from '../../cluster/meta/index.ts';
import type { Session } from './session.ts';
import type { Target } from './targets.ts';

export type Query = Readonly<Record<string, string>>;

/** The selectors of a command line, as the API takes them, and how many objects an answer may have. */
export function queryOf({
  selector,
  fieldSelector,
  chunkSize = 0,
}: {
  readonly selector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly chunkSize?: number;
}): Query {
  return {
    ...(selector !== undefined && { labelSelector: selector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
    ...(chunkSize > 0 && { limit: `${chunkSize}` }),
  };
}

export function queryText(query: Query): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}

export interface Items {
  readonly items: readonly KubeObject[];
  readonly failures: readonly unknown[];
  /** Of the last collection or object that was read. */
  readonly resourceVersion: string;
}

/** Reads objects and collections one after another; what fails is told beside what does not. */
export async function fetchItems(targets: readonly Target[], query: Query, session: Session): Promise<Items> {
  const items: KubeObject[] = [];
  const failures: unknown[] = [];
  let resourceVersion = '0';
  for (const target of targets) {
    try {
      const found = await fetch(target, query, session);
      for (const item of found.items) items.push(item);
      ({ resourceVersion } = found);
    } catch (thrown) {
      failures.push(aboutList(thrown, target, query));
    }
  }
  return { items, failures, resourceVersion };
}

/** What was asked for, where the server's words do not say it (cli-runtime's `EnhanceListError`). */
export function aboutList(thrown: unknown, { kind, name }: Target, query: Query): unknown {
  if (name !== undefined || !isStatusError(thrown)) return thrown;
  const { code, reason, message, status } = thrown;
  if (reason !== 'BadRequest' && reason !== 'NotFound') return thrown;
  const what = `"${kind.group}/${kind.version}, Resource=${kind.plural}"`;
  const { labelSelector = '', fieldSelector = '' } = query;
  const selected = labelSelector !== '' || fieldSelector !== '';
  const told = selected
    ? `Unable to find ${what} that match label selector "${labelSelector}", field selector "${fieldSelector}": ${message}`
    : `Unable to list ${what}: ${message}`;
  return new StatusError(code, reason, told, status.details);
}

async function fetch(
  target: Target,
  query: Query,
  session: Session,
): Promise<{ items: readonly KubeObject[]; resourceVersion: string }> {
  const { kind, name } = target;
  const items: KubeObject[] = [];
  let resourceVersion = '0';
  for await (const page of pages(target, query, session)) {
    const object = page as KubeObject & { readonly items?: readonly KubeObject[] | null };
    resourceVersion = object.metadata.resourceVersion ?? '0';
    if (name !== undefined) return { items: [object], resourceVersion };
    // Items of built-in lists do not say what they are.
    const about = { apiVersion: apiVersionOf(kind), kind: kind.kind };
    for (const item of object.items ?? []) items.push({ ...item, ...about });
  }
  return { items, resourceVersion };
}

/**
 * The answers for an object, or for a collection in as many parts as its `limit` makes of it.
 * @param accept the form of the answers
 * @throws StatusError
 */
export async function* pages(
  { kind, namespace, name }: Target,
  query: Query,
  { transport }: Session,
  accept?: string,
): AsyncGenerator<unknown, void, undefined> {
  const { limit: _, labelSelector: __, fieldSelector: ___, ...form } = query;
  let token = '';
  do {
    const asked = name === undefined ? { ...query, ...(token !== '' && { continue: token }) } : form;
    const path = `${pathOf(kind, namespace, name)}${queryText(asked)}`;
    const reply = await transport.ask({ method: 'GET', path, ...(accept !== undefined && { accept }) });
    throwIfFailed(reply);
    yield reply.body;
    const { metadata } = reply.body as { metadata?: { continue?: string } };
    token = name === undefined ? (metadata?.continue ?? '') : '';
  } while (token !== '');
}

/**
 * What changes from a revision on; ends when the server ends the watch.
 * @throws StatusError of an ERROR event, and of a watch that cannot be had.
 */
export async function* changes(
  { kind, namespace, name }: Target,
  query: Query,
  from: string,
  { transport }: Session,
  accept?: string,
  signal?: AbortSignal,
): AsyncGenerator<WatchEvent<KubeObject>> {
  const { limit: _, ...selectors } = query;
  const only = name === undefined ? selectors : { fieldSelector: `metadata.name=${name}` };
  const path = `${pathOf(kind, namespace)}${queryText({ ...only, watch: 'true', ...(from !== '' && { resourceVersion: from }) })}`;
  const asked = {
    method: 'GET',
    path,
    ...(accept !== undefined && { accept }),
    ...(signal !== undefined && { signal }),
  };
  for await (const event of transport.stream(asked) as AsyncIterable<WatchEvent<KubeObject>>) {
    if (event.type === 'ERROR') {
      const { code = 500, reason, message = '', details } = event.object as unknown as Status;
      throw new StatusError(code, reason, message, details);
    }
    if (event.type !== 'BOOKMARK') yield event;
  }
}
