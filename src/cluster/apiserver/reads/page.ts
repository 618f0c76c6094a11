import type { Kind } from '../../kinds/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import type { ListOptions, ListResult, Store } from '../../store/index.ts';
import { mostAtOnce, servedAll } from './versions.ts';

/** A part of a list in the version of a request. */
export type Page = Omit<ListResult, 'items'> & { readonly items: readonly KubeObject[] };

/** Lists objects in the version of a request; `where` looks at what they are in it. */
export async function pageOf(kind: Kind, store: Store, options: ListOptions): Promise<Page> {
  if (kind.converter !== undefined && options.where !== undefined) return turnedPage(kind, store, options);
  const page = store.list(kind.resource, options);
  return {
    ...page,
    items: await servedAll(
      page.items.map(stored => stored.object),
      kind,
    ),
  };
}

/** What passes is known only of objects that have been turned: they are, some at a time, until the page is full. */
async function turnedPage(
  kind: Kind,
  store: Store,
  { where, limit, ...options }: ListOptions,
): Promise<Page> {
  const items: KubeObject[] = [];
  let { after, at } = options;
  let last: ListResult['next'];
  for (;;) {
    const page = store.list(kind.resource, { ...options, after, at, limit: mostAtOnce });
    const { revision, next } = page;
    const objects = await servedAll(
      page.items.map(stored => stored.object),
      kind,
    );
    for (const [index, object] of objects.entries()) {
      if (where?.(object) === false) continue;
      if (items.length === limit) return { items, revision, ...(last !== undefined && { next: last }) };
      items.push(object);
      last = page.items[index]?.place;
    }
    if (next === undefined) return { items, revision };
    [after, at] = [next, revision];
  }
}
