import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration } from 'openid-client';
import { nativeErrors } from './errors.ts';
import { beginFlow } from './flow.ts';
import type { Tokens } from './issuer.ts';

const path = '/callback';

export interface BrowserLogin {
  /** Milliseconds that somebody has to log in. */
  readonly patience: number;
  readonly user?: string | undefined;
  /** Told the address that is to be opened. */
  readonly show: (address: string) => void;
}

/**
 * Lets somebody log in with a browser, which leads back to a port of this machine.
 * @throws `native-late`, `native-refused`, `native-issuer`
 */
export async function loginByBrowser(config: Configuration, login: BrowserLogin): Promise<Tokens> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const home = `http://127.0.0.1:${port}`;
  try {
    const flow = await beginFlow(config, `${home}${path}`, login.user);
    const coming = comingBack(server, home, flow.state, login.patience);
    login.show(flow.address.href);
    const { back, answer } = await coming;
    return await flow.finish(back).then(
      tokens => (answer(undefined), tokens),
      (error: unknown) => {
        answer(error);
        throw error;
      },
    );
  } finally {
    server.close();
    server.closeIdleConnections();
  }
}

interface Back {
  readonly back: URL;
  readonly answer: (error: unknown) => void;
}

/** The first request that brings the state of this login; others are told that they have nothing to do here. */
function comingBack(server: Server, home: string, state: string, patience: number): Promise<Back> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(nativeErrors.make['native-late'](`Nobody logged in within ${patience / 1000} s.`));
    }, patience);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const back = URL.parse(request.url ?? '', home);
      if (request.method !== 'GET' || back?.pathname !== path || back.searchParams.get('state') !== state) {
        page(response, 404, 'Nothing is here.');
        return;
      }
      clearTimeout(late);
      const answer = (error: unknown): void =>
        error === undefined
          ? page(response, 200, 'You are logged in. You can close this window.')
          : page(response, 400, 'The login failed. See where you started it.');
      resolve({ back, answer });
    });
  });
}

/** Text of ours alone: nothing of the request stands in it. */
function page(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    Connection: 'close',
  });
  response.end(`<!doctype html><html lang="en"><title>Davit</title><p>${text}</p></html>\n`);
}
