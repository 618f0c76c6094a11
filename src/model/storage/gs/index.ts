import { basename } from 'node:path';
import { storageErrors } from '../errors.ts';
import { download, noModel } from '../remote/download.ts';
import type { RemoteObject } from '../remote/objects.ts';
import { openResource } from '../remote/opening.ts';
import { ask, type Asking, refusalOf, textOf } from '../remote/request.ts';
import type { Fetch } from '../schemes.ts';
import { tokenFor } from './token.ts';

/** The parts of an object's resource in the JSON API of Google Cloud Storage. */
interface Item {
  readonly name: string;
  readonly size: string;
  readonly generation: string;
  readonly md5Hash?: string;
}

interface Page {
  readonly items?: readonly Item[];
  readonly nextPageToken?: string;
}

/**
 * `gs://bucket/prefix`: every object below the prefix, or the one object of that name (KServe's `_download_gcs`). Anonymous, or by
 * the key that GOOGLE_APPLICATION_CREDENTIALS names; STORAGE_EMULATOR_HOST is asked instead of Google.
 */
export const fetchGs: Fetch = async (uri, destination, fetching) => {
  const { environment, signal } = fetching;
  const { host: bucket, pathname } = new URL(uri);
  const path = decodeURIComponent(pathname).replace(/^\/+/, '');
  if (bucket === '')
    throw storageErrors.make['storage-uri'](`${uri}: found no bucket, expected gs://BUCKET/PATH`);
  const base = `${serverOf(environment['STORAGE_EMULATOR_HOST'])}/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const token = await tokenFor(environment, signal);
  const asking: Asking = { signal, headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } };
  const objectOf = ({ name, size, generation, md5Hash }: Item, below: string): RemoteObject => ({
    identity: `gs://${bucket}/${name}`,
    name: below,
    size: Number(size),
    validator: generation,
    md5: md5Hash === undefined ? undefined : Buffer.from(md5Hash, 'base64').toString('hex'),
    open: wanted => {
      const url = new URL(`${base}/${encodeURIComponent(name)}?alt=media&generation=${generation}`);
      return openResource(url, wanted, asking);
    },
  });
  const folder = path === '' || path.endsWith('/') ? path : `${path}/`;
  const items = await list(base, folder, uri, asking);
  const below = items
    .filter(({ name }) => !name.endsWith('/'))
    .map(item => objectOf(item, item.name.slice(folder.length)));
  if (below.length > 0) return download(uri, below, destination, fetching);
  const exact = (await list(base, path, uri, asking)).find(({ name }) => name === path);
  if (exact === undefined) throw noModel(uri);
  return download(uri, [objectOf(exact, basename(path))], destination, fetching);
};

function serverOf(emulator: string | undefined): string {
  if (emulator === undefined || emulator === '') return 'https://storage.googleapis.com';
  return (emulator.includes('://') ? emulator : `http://${emulator}`).replace(/\/+$/, '');
}

async function list(base: string, prefix: string, uri: string, asking: Asking): Promise<readonly Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const url = new URL(base);
    if (prefix !== '') url.searchParams.set('prefix', prefix);
    if (token !== undefined) url.searchParams.set('pageToken', token);
    const answer = await ask(url, asking);
    if (answer.status !== 200) {
      throw storageErrors.make['storage-refused'](`${uri}: the server answered ${await refusalOf(answer)}`);
    }
    const page = JSON.parse(await textOf(answer)) as Page;
    items.push(...(page.items ?? []));
    token = page.nextPageToken;
  } while (token !== undefined);
  return items;
}
