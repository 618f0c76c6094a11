import { type Fields, itemsOf, textOf } from '../untyped.ts';
import { type Fault, firstFault } from '../webhooks.ts';

/** What several places of a model break; `single` is the one place said elsewhere. */
export function storageUrisFault(list: unknown, single: string | undefined): Fault {
  if (!Array.isArray(list)) return undefined;
  if (single !== undefined) return 'Setting both StorageURI and StorageURIs is not supported.';
  const entries = itemsOf(list);
  const fault = firstFault(entries.map(entry => () => entryFault(entry)));
  if (fault !== undefined) return fault;
  const claims = entries.filter(entry => uriOf(entry).startsWith('pvc://')).map(pathOf);
  const paths = entries.filter(entry => !uriOf(entry).startsWith('pvc://')).map(pathOf);
  if (paths.length <= 1) return undefined;
  if (new Set(claims).size < claims.length) return 'PVC storage paths must be unique';
  if (commonParts(paths) > 0) return undefined;
  return `storage paths must have a common parent directory. Current paths: [${paths.join(' ')}] have no common parent beyond root`;
}

function uriOf(entry: Fields): string {
  return textOf(entry['uri']) ?? '';
}

function pathOf(entry: Fields): string {
  return textOf(entry['mountPath']) ?? '';
}

function entryFault(entry: Fields): Fault {
  const path = pathOf(entry);
  if (uriOf(entry) === '') return 'storage URI cannot be empty';
  if (path === '/') return 'storage path cannot be empty';
  if (!path.startsWith('/')) return `storage path must be absolute: ${path}`;
  return path.includes('..') ? `storage path cannot contain '..' for security reasons: ${path}` : undefined;
}

/** How many folders all paths begin with. */
function commonParts(paths: readonly string[]): number {
  const split = paths.map(path => path.replace(/^\/+|\/+$/g, '').split('/'));
  const [first = []] = split;
  const differs = first.findIndex((part, at) => part === '' || split.some(other => other[at] !== part));
  return differs === -1 ? first.length : differs;
}
