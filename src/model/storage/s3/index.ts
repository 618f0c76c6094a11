import { basename } from 'node:path';
import { storageErrors } from '../errors.ts';
import { download, noModel } from '../remote/download.ts';
import type { RemoteObject } from '../remote/objects.ts';
import { openResource } from '../remote/opening.ts';
import { ask, refusalOf, textOf } from '../remote/request.ts';
import type { Fetch } from '../schemes.ts';
import { bucketOf, type Bucket } from './bucket.ts';

interface Item {
  readonly key: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
}

/**
 * `s3://bucket/prefix`: every object below the prefix, or the one object of that name (KServe's `_download_s3`); credentials,
 * endpoint and addressing are those of the environment that KServe gives its initializer.
 */
export const fetchS3: Fetch = async (uri, destination, fetching) => {
  const { host: name, pathname } = new URL(uri);
  const path = decodeURIComponent(pathname).replace(/^\/+/, '');
  if (name === '')
    throw storageErrors.make['storage-uri'](`${uri}: found no bucket, expected s3://BUCKET/PATH`);
  const bucket = await bucketOf(name, fetching.environment, fetching.signal);
  const objectOf = ({ key, size, etag }: Item, below: string): RemoteObject => ({
    identity: `${bucket.base}${key}`,
    name: below,
    size,
    validator: etag,
    // The tag of what was uploaded in one part without a key of the customer's is its MD5, of other objects it has a dash.
    md5: /^"[\da-f]{32}"$/.test(etag) && bucket.tagsAreSums ? etag.slice(1, -1) : undefined,
    open: async wanted => {
      const url = bucket.urlOf(key);
      return openResource(url, wanted, await bucket.signed(url));
    },
  });
  const items = await list(bucket, path, uri);
  const exact = items.find(({ key }) => key === path);
  if (exact !== undefined && !path.endsWith('/')) {
    return download(uri, [objectOf(exact, basename(path))], destination, fetching);
  }
  const folder = path === '' || path.endsWith('/') ? path : `${path}/`;
  const below = items
    .filter(({ key }) => key.startsWith(folder) && !key.endsWith('/'))
    .map(item => objectOf(item, item.key.slice(folder.length)));
  if (below.length === 0) throw noModel(uri);
  return download(uri, below, destination, fetching);
};

async function list(bucket: Bucket, prefix: string, uri: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const url = bucket.urlOf('');
    url.searchParams.set('list-type', '2');
    url.searchParams.set('encoding-type', 'url');
    url.searchParams.set('prefix', prefix);
    if (token !== undefined) url.searchParams.set('continuation-token', token);
    const answer = await ask(url, await bucket.signed(url));
    if (answer.status !== 200) {
      throw storageErrors.make['storage-refused'](`${uri}: the server answered ${await refusalOf(answer)}`);
    }
    const text = await textOf(answer);
    items.push(...itemsIn(text));
    token = textIn(text, 'IsTruncated') === 'true' ? textIn(text, 'NextContinuationToken') : undefined;
  } while (token !== undefined);
  return items;
}

/** The objects of a ListBucketResult: a flat document whose keys, being URL-encoded, hold no markup. */
function itemsIn(text: string): Item[] {
  const encoded = textIn(text, 'EncodingType') === 'url';
  return [...text.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, inner = '']) => {
    const key = textIn(inner, 'Key') ?? '';
    return {
      key: encoded ? decodeURIComponent(key.replaceAll('+', ' ')) : key,
      size: Number(textIn(inner, 'Size') ?? 0),
      etag: `"${(textIn(inner, 'ETag') ?? '').replaceAll('"', '')}"`,
    };
  });
}

function textIn(text: string, tag: string): string | undefined {
  const found = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(text)?.[1];
  return found
    ?.replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/&#(?:x([\da-f]+)|(\d+));/gi, (_, hex: string | undefined, decimal: string | undefined) =>
      String.fromCodePoint(Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16)),
    )
    .replaceAll('&amp;', '&');
}
