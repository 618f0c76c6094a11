import { request } from 'node:https';
import type { Lookup } from '../admission/index.ts';
import { reachedAt } from '../allocation/index.ts';
import { parseJson } from '../schema/index.ts';
import type { ClientConfig } from './configuration.ts';
import { type Refusal, refusalText } from './refusals.ts';

/** Bytes of an answer at most. */
const largest = 16 * 1024 * 1024;
const defaultTimeout = 10;

interface Target {
  readonly url: URL;
  /** Name in the certificate, where it is not the URL's host. */
  readonly servername?: string;
  /** As messages name it. */
  readonly shown: string;
}

/** Sends a review; resolves to what was answered, unless `signal` comes first. @throws Error that says why there is no answer. */
export async function callWebhook(
  config: ClientConfig,
  review: unknown,
  seconds: number | undefined,
  lookup: Lookup,
  signal?: AbortSignal,
): Promise<unknown> {
  const timeout = seconds ?? defaultTimeout;
  const late = AbortSignal.timeout(timeout * 1000);
  const { url, servername, shown } = targetOf(config, timeout, lookup);
  const body = Buffer.from(JSON.stringify(review));
  const ca = config.caBundle === undefined ? undefined : Buffer.from(config.caBundle, 'base64').toString();
  const answer = await new Promise<Refusal>((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent: false,
        headers: {
          'Content-Type': 'application/json',
          'Content-Length': body.length,
          Accept: 'application/json, */*',
        },
        signal: signal === undefined ? late : AbortSignal.any([late, signal]),
        ...(ca !== undefined && { ca }),
        ...(servername !== undefined && { servername }),
      },
      response => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > largest) response.destroy(new Error(`the answer is larger than ${largest} bytes`));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  }).catch((error: unknown) => {
    throw new Error(`Post "${shown}": ${reasonOf(error)}`);
  });
  if (answer.status < 200 || answer.status > 206) throw new Error(refusalText(answer));
  try {
    return parseJson(answer.text).value;
  } catch {
    throw new Error(notJson);
  }
}

/** What the real client says of an answer that is no JSON: it is a text to it. */
const notJson =
  'couldn\'t get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function targetOf({ url, service }: ClientConfig, timeout: number, lookup: Lookup): Target {
  if (service === undefined) {
    const target = new URL(url ?? '');
    target.searchParams.set('timeout', `${timeout}s`);
    return { url: target, shown: target.href };
  }
  const { namespace, name, path = '', port = 443 } = service;
  const servername = `${name}.${namespace}.svc`;
  const query = `${path.startsWith('/') ? path : `/${path}`}?timeout=${timeout}s`;
  const shown = `https://${servername}:${port}${query}`;
  const found = lookup.get('services', namespace, name);
  if (found === undefined) throw new Error(`Post "${shown}": service "${name}" not found`);
  const { host, port: at } = reachedAt(found, port) ?? { host: '', port };
  if (host === '') throw new Error(`Post "${shown}": service "${name}" has no address`);
  return { url: new URL(`https://${host}:${at}${query}`), servername, shown };
}

/** Why a certificate is not believed, by the code that the platform has for it. */
const mistrusted = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

/** In the words of the real client, as far as it has some. */
function reasonOf(error: unknown): string {
  const { name, code, message, address, port, hostname } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
    hostname?: string;
  };
  if (name === 'TimeoutError' || code === 'ABORT_ERR') return 'context deadline exceeded';
  if (code === 'ECONNREFUSED') return `dial tcp ${address ?? ''}:${port ?? ''}: connect: connection refused`;
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${hostname ?? ''}: no such host`;
  if (mistrusted.has(code ?? '')) {
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  }
  return message;
}
