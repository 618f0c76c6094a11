/** A real nginx before a platform, configured as a page says. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Folder } from '../../../src/app/up/folder.ts';
import { freePort } from '../../e2e/platform.ts';

/** Whether this machine has one. */
export const hasNginx = spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0;

/** The name that the page serves. */
const name = 'ml.example.com';
/** Whence the client comes: an address of this machine that the page does not trust. */
const client = '127.0.0.77';
/** What it writes itself, and nobody believes. */
export const saidByClient = '203.0.113.9';

export interface Proxied {
  readonly folder: string;
  /** Of the platform. */
  readonly data: string;
  /** Of its gateway. */
  readonly port: number;
}

/** nginx over TLS, with a certificate of the platform; its port and who signed that. */
export async function startNginx(
  { folder, data, port }: Proxied,
  block: string,
): Promise<{ readonly port: number; readonly ca: string; stop(): Promise<void> }> {
  const made = new Folder(data, Date.now);
  const authority = made.authority();
  const identity = made.gateway(authority, [name]);
  for (const [file, content] of [
    ['nginx.crt', identity.certificate],
    ['nginx.key', identity.key],
  ] as const) {
    writeFileSync(join(folder, file), content, { mode: 0o600 });
  }
  const own = await freePort();
  const tls = `ssl_certificate ${join(folder, 'nginx.crt')}; ssl_certificate_key ${join(folder, 'nginx.key')};`;
  const server = block
    .replace('listen 443 ssl;', `listen 127.0.0.1:${own} ssl; ${tls}`)
    .replaceAll('8080', String(port));
  assert.notEqual(server, block, 'the block listens elsewhere than it did');
  const settings = `daemon off; master_process off; worker_processes 1; pid ${join(folder, 'nginx.pid')}; error_log stderr crit;`;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(one => `${one}_temp_path ${join(folder, one)};`)
    .join(' ');
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, `${settings}\nevents {}\nhttp { access_log off; ${temporary}\n${server}}\n`);
  const child = spawn('nginx', ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  await listening(own, child);
  return {
    port: own,
    ca: authority.certificate,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect({ host: '127.0.0.1', port });
    const there = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (there) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`nginx ended with ${child.exitCode}`);
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
}

/** One request through nginx, as `curl` sends it. */
async function ask(at: { port: number; ca: string }, path: string, form?: string): Promise<Answered> {
  const sent = request({
    host: '127.0.0.1',
    port: at.port,
    ca: at.ca,
    servername: name,
    localAddress: client,
    path,
    method: form === undefined ? 'GET' : 'POST',
    headers: {
      host: name,
      accept: '*/*',
      'x-forwarded-for': saidByClient,
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    agent: false,
  });
  sent.end(form);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  await text(answer);
  return { status: answer.statusCode ?? 0, headers: answer.headers };
}

/** Logs in through nginx; the cookie of the session as it was set. */
export async function loggedInThrough(
  at: { port: number; ca: string },
  login: string,
  password: string,
): Promise<string> {
  const form = new URLSearchParams({ login, password }).toString();
  let { headers } = await ask(at, '/');
  for (let steps = 0; steps < 6; steps++) {
    const [cookie] = headers['set-cookie'] ?? [];
    if (cookie?.startsWith('authservice_session=') === true) return cookie;
    const { pathname, search } = new URL(headers.location ?? '', `https://${name}`);
    ({ headers } = await ask(at, pathname + search, pathname.endsWith('/auth/local') ? form : undefined));
  }
  throw new Error(`the login ends at ${headers.location}`);
}
