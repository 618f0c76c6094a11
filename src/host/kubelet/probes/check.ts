import { execFile } from 'node:child_process';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import type { Action } from '../shapes.ts';
import { checkHealth } from './grpc.ts';

/** What a look at a container found. */
export interface Finding {
  readonly good: boolean;
  /** Why not, in a kubelet's words. */
  readonly message: string;
}

/** How a command runs in a container. */
export interface Command {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What an action works on. */
export interface Target {
  readonly address: string;
  /** Ports of the container by name. */
  readonly ports: ReadonlyMap<string, number>;
  /** Where ports are found at the address; those that are not named are where they say. */
  readonly found?: ReadonlyMap<number, number>;
  /** How a command runs in it. @throws Error when commands may not run here */
  readonly command: (argv: readonly string[]) => Command;
}

const good: Finding = { good: true, message: '' };

function bad(message: string): Finding {
  return { good: false, message };
}

/** Does what a probe or a hook says; `timeout` in milliseconds. */
export async function check(action: Action, target: Target, timeout: number): Promise<Finding> {
  const { httpGet, tcpSocket, exec, grpc, sleep } = action;
  try {
    if (httpGet !== undefined) return await checkHttp(httpGet, target, timeout);
    if (tcpSocket !== undefined) {
      const { host, port } = placeOf(tcpSocket, target);
      return await checkTcp(host, port, timeout);
    }
    if (exec !== undefined) return await checkCommand(target.command(exec.command ?? []), timeout);
    if (grpc !== undefined) {
      const { host, port } = placeOf({ port: grpc.port }, target);
      const told = await checkHealth(host, port, grpc.service ?? '', timeout);
      return told === undefined ? good : bad(told);
    }
    if (sleep !== undefined) {
      await new Promise(resolve => setTimeout(resolve, sleep.seconds * 1000));
      return good;
    }
    return bad('missing probe handler');
  } catch (error) {
    return bad((error as Error).message);
  }
}

interface Place {
  readonly host?: string;
  readonly port: number | string;
}

/** Where an action looks: at the container, unless it names another host. */
function placeOf(
  { host = '', port }: Place,
  target: Target,
): { readonly host: string; readonly port: number } {
  const said = portOf(port, target);
  if (host !== '') return { host, port: said };
  return { host: target.address, port: target.found?.get(said) ?? said };
}

function portOf(port: number | string, { ports }: Target): number {
  if (typeof port === 'number') return port;
  const found = ports.get(port) ?? Number.parseInt(port, 10);
  if (Number.isNaN(found)) throw new Error(`couldn't find port: ${JSON.stringify(port)}`);
  return found;
}

function checkHttp(
  httpGet: NonNullable<Action['httpGet']>,
  target: Target,
  timeout: number,
): Promise<Finding> {
  const { path = '/', scheme = 'HTTP', httpHeaders = [] } = httpGet;
  const { host, port } = placeOf(httpGet, target);
  const secure = scheme.toUpperCase() === 'HTTPS';
  const place = path.startsWith('/') ? path : `/${path}`;
  const title = `Get "${secure ? 'https' : 'http'}://${host}:${port}${place}"`;
  const headers: Record<string, string> = {
    'User-Agent': 'kube-probe/1.37',
    Accept: '*/*',
    Connection: 'close',
  };
  for (const { name, value } of httpHeaders) headers[name] = value;
  const options = { host, port, path: place, method: 'GET', headers, timeout, rejectUnauthorized: false };
  return new Promise(resolve => {
    const sent = (secure ? requestHttps : requestHttp)(options, response => {
      const status = response.statusCode ?? 0;
      response.resume();
      resolve(status >= 200 && status < 400 ? good : bad(`HTTP probe failed with statuscode: ${status}`));
    });
    const late = (): void => {
      const why = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
      resolve(bad(`${title}: ${why}`));
      sent.destroy();
    };
    const timer = setTimeout(late, timeout);
    sent.once('close', () => clearTimeout(timer));
    sent.on('error', error => resolve(bad(`${title}: ${dialed(error, host, port)}`)));
    sent.end();
  });
}

function checkTcp(host: string, port: number, timeout: number): Promise<Finding> {
  return new Promise(resolve => {
    const socket = connect({ host, port });
    const done = (finding: Finding): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(finding);
    };
    const timer = setTimeout(() => done(bad(`dial tcp ${host}:${port}: i/o timeout`)), timeout);
    socket.once('connect', () => done(good));
    socket.once('error', error => done(bad(dialed(error, host, port))));
  });
}

/** The system's error as Go words it. */
function dialed(error: NodeJS.ErrnoException, host: string, port: number): string {
  const where = `dial tcp ${host}:${port}`;
  if (error.code === 'ECONNREFUSED') return `${where}: connect: connection refused`;
  if (error.code === 'ECONNRESET') return 'EOF';
  return error.syscall === 'connect' ? `${where}: connect: ${error.code ?? error.message}` : error.message;
}

/** Bytes of a command's output that are told. */
const toldBytes = 10 * 1024;

function checkCommand({ argv, folder, environment }: Command, timeout: number): Promise<Finding> {
  const [file = '', ...rest] = argv;
  const options = {
    cwd: folder,
    env: environment,
    timeout,
    killSignal: 'SIGKILL',
    maxBuffer: 1024 * 1024,
  } as const;
  return new Promise(resolve => {
    execFile(file, rest, options, (error, stdout, stderr) => {
      if (error === null) resolve(good);
      else if (error.killed === true) {
        const command = JSON.stringify(argv.join(' '));
        resolve(bad(`command timed out: ${command} timed out after ${timeout / 1000}s`));
      } else resolve(bad(`${stdout}${stderr}`.slice(0, toldBytes) || error.message));
    });
  });
}
