/** What stands before a platform, over TLS: its certificate, and whoever comes through it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Folder } from '../../../src/app/up/folder.ts';
import { freePort } from '../../e2e/platform.ts';

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

/** Files with a certificate of the platform for the name of the page, and a port for whoever shows it. */
export interface Seat {
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
}

export interface Front {
  readonly port: number;
  /** Who signed its certificate. */
  readonly ca: string;
  stop(): Promise<void>;
}

/** A program before a platform; comes back when it listens. @param write writes its settings and gives the words that start it */
export async function startFront(
  { folder, data }: Pick<Proxied, 'folder' | 'data'>,
  program: string,
  write: (seat: Seat) => readonly string[],
): Promise<Front> {
  const made = new Folder(data, Date.now);
  const authority = made.authority();
  const identity = made.gateway(authority, [name]);
  const [certificate, key] = [join(folder, 'front.crt'), join(folder, 'front.key')];
  writeFileSync(certificate, identity.certificate);
  writeFileSync(key, identity.key, { mode: 0o600 });
  const port = await freePort();
  const words = write({ port, certificate, key });
  const child = spawn(program, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  try {
    await listening(port, child);
  } catch (error) {
    throw new Error(`${program}: ${said.slice(-2000)}`, { cause: error });
  }
  return {
    port,
    ca: authority.certificate,
    stop: () => end(child),
  };
}

/** Whether it has not ended, by itself or by a signal. */
export function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Ends a program; resolves once it has. */
export async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (isRunning(child)) await once(child, 'exit');
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  while (isRunning(child)) {
    const socket = connect({ host: '127.0.0.1', port });
    const there = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (there) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
}

/** One request, as `curl` sends it. */
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

/** Logs in; the cookie of the session as it was set. */
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
