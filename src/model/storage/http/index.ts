import { basename } from 'node:path';
import { storageErrors } from '../errors.ts';
import { download } from '../remote/download.ts';
import { withoutSecrets } from '../remote/names.ts';
import { openResource } from '../remote/opening.ts';
import type { RemoteObject } from '../remote/objects.ts';
import type { Fetch } from '../schemes.ts';

/** One file, or an archive (KServe's `_download_from_uri`). Headers come from the environment variable `<host>-headers`. */
export const fetchHttp: Fetch = async (uri, destination, fetching) => {
  const url = new URL(uri);
  const name = decodeURIComponent(basename(url.pathname));
  if (name === '') {
    throw storageErrors.make['storage-uri'](
      `${withoutSecrets(uri)}: found no file name at the end, expected one such as model.joblib`,
    );
  }
  const asking = {
    headers: headersFor(url, fetching.environment),
    signal: fetching.signal,
    authorities: fetching.environment['CA_BUNDLE'],
  };
  const object: RemoteObject = {
    identity: uri,
    name,
    size: undefined,
    validator: undefined,
    md5: undefined,
    open: wanted => openResource(url, wanted, asking),
  };
  await download(withoutSecrets(uri), [object], destination, fetching);
};

function headersFor(
  { host, hostname }: URL,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const name = [host, hostname].map(one => `${one}-headers`).find(one => environment[one] !== undefined);
  if (name === undefined) return {};
  try {
    return JSON.parse(environment[name] ?? '{}') as Record<string, string>;
  } catch {
    throw storageErrors.make['storage-credentials'](`${name}: found no JSON object of headers`);
  }
}
