import { request } from 'node:https';

/** What an API server answered. */
export interface Answer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: Record<string, unknown>;
}

type Ask = (method: string, path: string, body?: unknown, type?: string, accept?: string) => Promise<Answer>;

/** Asks a server whose certificate is not checked. */
export function client(server: string, token: string): Ask {
  return (method, path, body, type = 'application/json', accept = 'application/json') => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const headers = { authorization: `Bearer ${token}`, 'content-type': type, accept };
    const sent = request(server + path, { method, headers, rejectUnauthorized: false }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const json = response.headers['content-type']?.startsWith('application/json') === true;
        const raw = [response.headers['warning'] ?? []].flat();
        const warnings = raw
          .flatMap(line => line.split(/, (?=299 - )/))
          .map(line => JSON.parse(line.slice(6)) as string);
        resolve({
          status: response.statusCode ?? 0,
          warnings,
          // What no kind serves is told of as plain text.
          body: (json ? JSON.parse(text) : { message: text }) as Record<string, unknown>,
        });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  };
}
