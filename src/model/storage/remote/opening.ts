import type { IncomingHttpHeaders } from 'node:http';
import { storageErrors } from '../errors.ts';
import type { Opened, Wanted } from './objects.ts';
import { ask, type Asking, refusalOf, shown } from './request.ts';

/**
 * Opens a file that is an HTTP resource: from where an earlier try ended, if it is still the same.
 * @throws storage-refused
 */
export async function openResource(url: URL, { from, of, known }: Wanted, asking: Asking): Promise<Opened> {
  const resumes = from > 0 && of !== undefined;
  const headers = {
    ...asking.headers,
    'Accept-Encoding': 'identity',
    ...(resumes && { Range: `bytes=${from}-`, 'If-Range': of }),
    // Servers without tags go by the time of the last change.
    ...(!resumes &&
      known !== undefined && { [/^\w{3}, /.test(known) ? 'If-Modified-Since' : 'If-None-Match']: known }),
  };
  const answer = await ask(url, { ...asking, headers });
  const { status, body } = answer;
  if (status === 304 && known !== undefined) {
    body.resume();
    return { unchanged: true };
  }
  if (status === 416 && resumes) {
    body.resume();
    return openResource(url, { from: 0, of: undefined, known }, asking);
  }
  if (status === 429 || status >= 500) {
    // Busy or out of order for now: worth another try.
    throw storageErrors.make['storage-unreachable'](
      `${shown(url)}: the server answered ${await refusalOf(answer)}`,
    );
  }
  if (status !== 200 && status !== 206) {
    throw storageErrors.make['storage-refused'](
      `${shown(url)}: the server answered ${await refusalOf(answer)}`,
    );
  }
  const {
    etag,
    'last-modified': modified,
    'content-length': length,
    'content-range': range,
  } = answer.headers;
  const begins = status === 206 ? from : 0;
  const total = /\/(\d+)$/.exec(range ?? '')?.[1];
  const rest = length === undefined ? undefined : Number(length) + begins;
  return {
    unchanged: false,
    from: begins,
    size: total === undefined ? rest : Number(total),
    // A weak tag says that the meaning is the same, not the bytes.
    validator: etag?.startsWith('W/') === true ? undefined : (etag ?? modified),
    ...(hasKeyOfItsOwn(answer.headers) && { tagged: true }),
    body,
  };
}

function hasKeyOfItsOwn(headers: IncomingHttpHeaders): boolean {
  const kind = headers['x-amz-server-side-encryption'];
  const customer = headers['x-amz-server-side-encryption-customer-algorithm'];
  return customer !== undefined || (typeof kind === 'string' && kind.startsWith('aws:kms'));
}
