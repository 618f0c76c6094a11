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

/** The selectors of a command line, as the API takes them. */
export function queryOf({
  selector,
  fieldSelector,
}: {
  readonly selector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}): Query {
  return {
    ...(selector !== undefined && { labelSelector: selector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
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
      items.push(...found.items);
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
  { kind, namespace, name }: Target,
  query: Query,
  { transport }: Session,
): Promise<{ items: readonly KubeObject[]; resourceVersion: string }> {
  const path = pathOf(kind, namespace, name) + (name === undefined ? queryText(query) : '');
  const reply = await transport.ask({ method: 'GET', path });
  throwIfFailed(reply);
  const object = reply.body as KubeObject;
  const resourceVersion = object.metadata.resourceVersion ?? '0';
  if (name !== undefined) return { items: [object], resourceVersion };
  const { items } = reply.body as { items: readonly KubeObject[] | null };
  // Items of built-in lists do not say what they are.
  const about = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  return { items: (items ?? []).map(item => ({ ...item, ...about })), resourceVersion };
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
  const only = name === undefined ? query : { fieldSelector: `metadata.name=${name}` };
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
