import { request } from 'node:https';
import type { Lookup } from '../admission/index.ts';
import { reachedAt } from '../allocation/index.ts';
import type { ClientConfig } from './configuration.ts';

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

/** Sends a review; resolves to what was answered. @throws Error that says why there is no answer. */
export async function callWebhook(
  config: ClientConfig,
  review: unknown,
  seconds: number | undefined,
  lookup: Lookup,
): Promise<unknown> {
  const timeout = seconds ?? defaultTimeout;
  const { url, servername, shown } = targetOf(config, timeout, lookup);
  const body = Buffer.from(JSON.stringify(review));
  const ca = config.caBundle === undefined ? undefined : Buffer.from(config.caBundle, 'base64').toString();
  const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
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
        signal: AbortSignal.timeout(timeout * 1000),
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
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  }).catch((error: unknown) => {
    throw new Error(`Post "${shown}": ${reasonOf(error)}`);
  });
  if (answer.status !== 200) {
    throw new Error(
      `the server responded with the status code ${answer.status} but did not return more information`,
    );
  }
  try {
    return JSON.parse(answer.text);
  } catch {
    throw new Error(`the answer of ${shown} is not JSON`);
  }
}

function targetOf({ url, service }: ClientConfig, timeout: number, lookup: Lookup): Target {
  if (service === undefined) {
    const target = new URL(url ?? '');
    target.searchParams.set('timeout', `${timeout}s`);
    return { url: target, shown: target.href };
  }
  const { namespace, name, path = '', port = 443 } = service;
  const servername = `${name}.${namespace}.svc`;
  const query = `${path.startsWith('/') ? path : `/${path}`}?timeout=${timeout}s`;
  const found = lookup.get('services', namespace, name);
  if (found === undefined) throw new Error(`service "${name}" not found`);
  const { host, port: at } = reachedAt(found, port) ?? { host: '', port };
  if (host === '') throw new Error(`service "${name}" has no address`);
  return {
    url: new URL(`https://${host}:${at}${query}`),
    servername,
    shown: `https://${servername}:${port}${query}`,
  };
}

function reasonOf(error: unknown): string {
  const { name, code, message, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (name === 'TimeoutError' || code === 'ABORT_ERR') return 'context deadline exceeded';
  if (code === 'ECONNREFUSED') return `dial tcp ${address ?? ''}:${port ?? ''}: connect: connection refused`;
  return message;
}
