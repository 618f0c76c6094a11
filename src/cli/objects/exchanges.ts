import type { ConnectionOptions } from 'node:tls';
import type { Door } from './doors.ts';

type SecureOptions = Pick<ConnectionOptions, 'servername' | 'checkServerIdentity' | 'ca'>;

/** How a request is sent: everything of a door but its address. */
export type Sending = Partial<Omit<Door, 'base'>>;

/** An IP address, which is no name that TLS could ask for. */
const address = /^[\d.]+$|:/;

/** One request, and one answer; `fetch` would not let the name in `Host` differ from the address. */
export async function exchange(
  url: string,
  { host, bearer, ca, at }: Sending,
  body?: Buffer,
): Promise<{ status: number; text: string }> {
  const { hostname } = new URL(url);
  const secure = url.startsWith('https:');
  const { request } = secure ? await import('node:https') : await import('node:http');
  const tls = secure ? await trust(hostname, ca) : {};
  return new Promise((resolve, reject) => {
    const headers = {
      Accept: 'application/json',
      ...(host !== undefined && { Host: host }),
      ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
    };
    const method = body === undefined ? 'GET' : 'POST';
    const place = at === undefined ? {} : { hostname: at.host, port: at.port };
    const options = { method, headers, agent: false as const, ...tls, ...place };
    const sent = request(url, options, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The certificate is to be that of the gateway, whatever service is asked for, and wherever connections go. */
async function trust(hostname: string, ca: string | undefined): Promise<SecureOptions> {
  const { checkServerIdentity, getCACertificates } = await import('node:tls');
  const bare = hostname.replaceAll(/^\[|\]$/g, '');
  return {
    servername: address.test(bare) ? '' : bare,
    checkServerIdentity: (_, certificate) => checkServerIdentity(bare, certificate),
    ...(ca !== undefined && { ca: [...getCACertificates(), ca] }),
  };
}
