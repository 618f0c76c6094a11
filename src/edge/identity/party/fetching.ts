import type { CustomFetch } from 'openid-client';
import type { IssuerFacts } from '../index.ts';

/** Bytes of an answer of an issuer, and milliseconds that it may take. */
const mostBytes = 1024 * 1024;
const patience = 10_000;

/**
 * Fetches from an issuer: where this machine reaches it, without following redirects, a bounded answer in a bounded time.
 * @param most milliseconds until the end of an answer
 */
export function issuerFetch(
  { url, inside }: Pick<IssuerFacts, 'url' | 'inside'>,
  most = patience,
): CustomFetch {
  const { origin } = new URL(url);
  return async (target, { body, headers, method, signal }) => {
    const asked = new URL(target);
    const at = inside !== undefined && asked.origin === origin ? new URL(inside) : asked;
    const to = new URL(`${asked.pathname}${asked.search}`, at.origin);
    const time = AbortSignal.timeout(most);
    const response = await fetch(to, {
      method,
      headers,
      redirect: 'manual',
      signal: signal === undefined ? time : AbortSignal.any([signal, time]),
      ...(body !== undefined && body !== null && { body }),
    });
    const bytes = await boundedBody(response);
    const { status, statusText } = response;
    const fields = new Headers(response.headers);
    // Undone already.
    fields.delete('content-encoding');
    fields.delete('content-length');
    return new Response(bytes.length === 0 ? null : bytes, { status, statusText, headers: fields });
  };
}

async function boundedBody({ body }: Response): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`the issuer answered more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
