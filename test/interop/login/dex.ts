/** A real Dex as the issuer of a platform, started as the guide says: people log in there, and its ID tokens are bearers. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../e2e/platform.ts';
import { end, isRunning } from './front.ts';
import { browsed, type Counterpart, type Jar } from './provider.ts';

/** Whether this machine has one. */
export const hasDex = spawnSync('dex', ['version'], { stdio: 'ignore' }).status === 0;

/** As Kubeflow's manifests have them. */
const user = { email: 'user@example.com', password: '12341234' };
const hash = '$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72';
const client = { id: 'davit', secret: 'a secret of at least thirty-two letters' };

function configuration(url: string, callback: string): object {
  return {
    issuer: url,
    storage: { type: 'memory' },
    web: { http: new URL(url).host },
    logger: { level: 'error', format: 'text' },
    oauth2: { skipApprovalScreen: true, passwordConnector: 'local' },
    enablePasswordDB: true,
    staticPasswords: [{ email: user.email, hash, username: 'user', userID: '15841185641784' }],
    staticClients: [{ id: client.id, secret: client.secret, name: 'Davit', redirectURIs: [callback] }],
  };
}

/** Dex on a port of its own, with one client and Kubeflow's user. */
export async function openDex(callback: string, folder: string): Promise<Counterpart> {
  const url = `http://127.0.0.1:${await freePort()}/dex`;
  const file = join(folder, 'dex.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration(url, callback)));
  const child = spawn('dex', ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await answering(`${url}/healthz`, child, () => said);
  return {
    url,
    secret: client.secret,
    approved: loggedInAt,
    idToken: () => idTokenOf(url),
    close: () => end(child),
  };
}

async function answering(url: string, child: ChildProcess, said: () => string): Promise<void> {
  while (isRunning(child)) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`Dex ended with ${child.exitCode ?? child.signalCode}: ${said().slice(-2000)}`);
}

/** Logs in as Dex's own form does; the address that it sends back to. */
async function loggedInAt(location: string): Promise<string> {
  const jar: Jar = new Map();
  const form = new URLSearchParams({ login: user.email, password: user.password });
  let at = location;
  let body: URLSearchParams | undefined;
  for (let step = 0; step < 12; step++) {
    const answer = await browsed(at, jar, body);
    const to = answer.headers.get('location');
    if (to === null) {
      const page = await answer.text();
      assert.ok(body === undefined && page.includes('name="password"'), `${answer.status} at ${at}: ${page}`);
      body = form;
      continue;
    }
    body = undefined;
    at = new URL(to, at).href;
    if (new URL(at).pathname === '/login/oidc') return at;
  }
  throw new Error(`no end, at ${at}`);
}

/** By the grant of a password, as Dex's own programs get one. */
async function idTokenOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.id}:${encodeURIComponent(client.secret)}`)}` },
    body: new URLSearchParams({
      grant_type: 'password',
      scope: 'openid email groups profile',
      username: user.email,
      password: user.password,
    }),
  });
  const { id_token: token } = (await answer.json()) as { id_token?: string };
  assert.ok(answer.ok && token !== undefined, `${answer.status} of the token endpoint`);
  return token;
}
