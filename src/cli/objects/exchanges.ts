import type { Door } from './doors.ts';

/** How a request is sent: everything of a door but its address. */
export type Sending = Partial<Omit<Door, 'base'>>;

/** An IP address, which is no name that TLS could ask for. */
const address = /^[\d.]+$|:/;

/** One request, and one answer; `fetch` would not let the name in `Host` differ from the address. */
export async function exchange(
  url: string,
  { host, bearer, ca }: Sending,
  body?: Buffer,
): Promise<{ status: number; text: string }> {
  const secure = url.startsWith('https:');
  const { request } = secure ? await import('node:https') : await import('node:http');
  const authorities = secure && ca !== undefined ? [...(await systemAuthorities()), ca] : undefined;
  return new Promise((resolve, reject) => {
    const headers = {
      Accept: 'application/json',
      ...(host !== undefined && { Host: host }),
      ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
    };
    const method = body === undefined ? 'GET' : 'POST';
    // The certificate is that of the address, whatever service is asked for.
    const { hostname } = new URL(url);
    const names = { servername: address.test(hostname) ? '' : hostname };
    const options = { method, headers, agent: false as const, ca: authorities, ...names };
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

async function systemAuthorities(): Promise<readonly string[]> {
  return (await import('node:tls')).rootCertificates;
}
