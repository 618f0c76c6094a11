import { request } from 'node:http';
import { createListener } from '../../src/base/net/index.ts';
import { newSigningKey, TokenIssuer } from '../../src/cluster/access/index.ts';
import { usualPorts } from '../../src/cluster/allocation/index.ts';
import { ApiServer, largestBody, listenerFailure } from '../../src/cluster/apiserver/index.ts';
import { bootstrap } from '../../src/cluster/bootstrap/index.ts';
import { createKinds, definitionRules, kindParts } from '../../src/cluster/kinds/index.ts';
import type { CompactingStore } from '../../src/cluster/store/index.ts';

const token = 'a-token-of-tests';
const groups = ['system:masters'];

/** An API server that listens. */
export interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves the API over a store on a port that is free, without TLS. */
export async function listening(store: CompactingStore): Promise<Listening> {
  const api = new ApiServer({
    store,
    kinds: createKinds(kindParts),
    definitions: definitionRules,
    issuer: new TokenIssuer('https://kubernetes.default.svc.cluster.local', [newSigningKey()], Date.now),
    tokens: new Map([[token, { name: 'admin', groups }]]),
    services: { addresses: '10.96.0.0/16', ...usualPorts },
    version: { major: '1', minor: '37', gitVersion: 'v1.37.2', platform: 'linux/amd64' },
    url: 'https://192.0.2.1:6443',
    now: Date.now,
    random: Math.random,
  });
  await bootstrap(api.transport({ name: 'system:davit', groups }, 'davit/0'));
  const listener = createListener(
    { limits: { bodyBytes: largestBody }, describe: error => listenerFailure(error, largestBody) },
    api.handler,
  );
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  const stop = async (): Promise<void> => {
    await listener.close();
    await api.stop();
  };
  return { port, stop };
}

/** The answer of a server to its administrator. */
export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every kind are looked into
  readonly body: any;
}

const authorization = `Bearer ${token}`;

/** Asks a server; rejects when there is no whole answer. */
export function ask(
  port: number,
  method: string,
  path: string,
  body?: object,
  type = 'application/json',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization, 'content-type': type };
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      // What was cut off is no JSON, and rejects.
      response.on('end', () => resolve(answerOf(response.statusCode ?? 0, Buffer.concat(chunks).toString())));
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function answerOf(status: number, text: string): Promise<Answer> {
  return { status, body: JSON.parse(text) as unknown };
}

/** Follows a watch; `told` gets each line. Resolves to how it is ended, once it has begun. */
export function follow(port: number, path: string, told: (line: string) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers: { authorization } }, response => {
      let rest = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) told(line);
      });
      response.on('error', () => {});
      resolve(() => asked.destroy());
    });
    asked.on('error', reject);
    asked.end();
  });
}
