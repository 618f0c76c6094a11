/** A real oauth2-proxy beside an issuer, and a front that people reach both by, as Istio’s gateway is in Kubeflow. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { probePort } from '../../../src/base/net/index.ts';
import { get, type Issuing, issuing, kubeflow } from '../../identity/issuing.ts';

export interface Running {
  readonly issuer: Issuing;
  /** Where logins of the proxy lead. */
  readonly redirect: string;
  /** Port of the front. */
  readonly port: number;
  /** What the proxy has logged. */
  readonly log: () => string;
}

export interface After {
  readonly after: (step: () => unknown) => void;
}

const callback = '/oauth2/callback';

/** Flags that both ways have in common. */
const common = [
  '--provider=oidc',
  `--client-id=${kubeflow.id}`,
  `--client-secret=${kubeflow.secret}`,
  `--cookie-secret=${'c'.repeat(32)}`,
  '--cookie-secure=false',
  '--email-domain=*',
  '--upstream=static://200',
  '--reverse-proxy=true',
  '--trusted-proxy-ip=127.0.0.1',
  '--set-xauthrequest=true',
  '--skip-jwt-bearer-tokens=true',
  '--code-challenge-method=S256',
  '--scope=openid email profile groups offline_access',
  '--insecure-oidc-skip-nonce=false',
  '--skip-provider-button=true',
];

/** What differs: Kubeflow tells addresses one by one, and relative ones for the browser. */
const ways = {
  kubeflow: (issuer: string) => [
    '--skip-oidc-discovery=true',
    '--login-url=/dex/auth',
    `--redeem-url=${issuer}/token`,
    `--oidc-jwks-url=${issuer}/keys`,
    `--redirect-url=${callback}`,
    '--relative-redirect-url=true',
    '--prompt=none',
  ],
  discovery: (_issuer: string, front: string) => [`--redirect-url=${front}${callback}`],
} as const;

export async function startProxy(program: string, way: keyof typeof ways, context: After): Promise<Running> {
  const port = await probePort({ host: '127.0.0.1', port: 0 });
  const ports = { issuer: 0, proxy: port };
  const front = await startFront(context, ports);
  const address = `http://localhost:${front}`;
  const redirect = way === 'kubeflow' ? callback : `${address}${callback}`;
  const issuer = await issuing(context, { clients: [{ ...kubeflow, redirectUris: [redirect] }] });
  ports.issuer = issuer.port;
  const url = `http://localhost:${issuer.port}/dex`;
  const flags = [
    ...common,
    ...ways[way](url, address),
    `--oidc-issuer-url=${url}`,
    `--http-address=127.0.0.1:${port}`,
  ];
  const child = spawn(program, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  context.after(() => stop(child));
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await ready(port, child, () => log);
  return { issuer, redirect, port: front, log: () => log };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

async function ready(port: number, child: ChildProcess, log: () => string): Promise<void> {
  for (let time = 0; time < 600; time++) {
    if (child.exitCode !== null) throw new Error(`oauth2-proxy ended with ${child.exitCode}: ${log()}`);
    const answer = await get(port, '/ping').catch(() => undefined);
    if (answer?.status === 200) return;
    await wait(50);
  }
  throw new Error(`oauth2-proxy did not become ready: ${log()}`);
}

async function startFront(
  { after }: After,
  ports: { readonly issuer: number; readonly proxy: number },
): Promise<number> {
  const pass: RequestListener = (incoming, outgoing) => {
    const port = incoming.url?.startsWith('/dex/') === true ? ports.issuer : ports.proxy;
    const { method, url, headers } = incoming;
    const passed = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path: url,
        headers: { ...headers, 'x-forwarded-for': '203.0.113.9' },
      },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  };
  const server = createServer(pass);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
