import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { cliErrors } from '../errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A program that says who somebody is (client.authentication.k8s.io). */
export interface Plugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What it says: a token, or a certificate with its key, PEM. */
export interface Credential {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
}

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
/** Milliseconds that somebody may take to log in. */
const patience = 10 * 60_000;
/** Bytes that a program may say. */
const most = 1024 * 1024;

type Fields = Readonly<Record<string, unknown>>;

/** Reads the field `exec` of a user; a text says what is wrong with it. A command with a slash begins in `folder`. */
export function readPlugin(exec: unknown, folder: string): Plugin | string {
  const { apiVersion, command, args, env } = exec as Fields;
  if (typeof apiVersion !== 'string' || !versions.includes(apiVersion)) {
    return `exec.apiVersion: found ${JSON.stringify(apiVersion)}, expected ${versions.join(' or ')}`;
  }
  if (typeof command !== 'string' || command === '') return 'exec.command: found nothing, expected a program';
  const path = command.includes('/') ? resolve(folder, command) : command;
  return { apiVersion, command: path, args: texts(args), env: variables(env) };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function variables(value: unknown): Record<string, string> {
  const all = Array.isArray(value) ? (value as Fields[]) : [];
  return Object.fromEntries(all.map(one => [String(one['name']), String(one['value'])]));
}

/**
 * Starts the program and takes what it says; it may ask on the terminal meanwhile.
 * @throws `exec-failed`
 */
export function credentialOf(plugin: Plugin, env: Environment): Credential {
  const { apiVersion, command, args } = plugin;
  const interactive = process.stdin.isTTY;
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive } });
  const done = spawnSync(command, args, {
    env: { ...env, ...plugin.env, KUBERNETES_EXEC_INFO: info },
    stdio: ['inherit', 'pipe', 'inherit'],
    timeout: patience,
    maxBuffer: most,
    encoding: 'utf8',
  });
  if (done.error !== undefined) throw failed(command, done.error.message);
  if (done.status !== 0) throw failed(command, `it ended with ${done.signal ?? `status ${done.status}`}`);
  return read(command, done.stdout);
}

function read(command: string, text: string): Credential {
  let said: Fields;
  try {
    said = (JSON.parse(text) as { readonly status?: Fields }).status ?? {};
  } catch (cause) {
    throw failed(command, 'what it says is no JSON', cause);
  }
  const { token, clientCertificateData: certificate, clientKeyData: key } = said;
  const whole = {
    ...(typeof token === 'string' && token !== '' && { token }),
    ...(typeof certificate === 'string' && typeof key === 'string' && { certificate, key }),
  };
  if (Object.keys(whole).length > 0) return whole;
  throw failed(command, 'it names no token and no certificate');
}

function failed(command: string, why: string, cause?: unknown): Error {
  return cliErrors.make['exec-failed'](`${command}: ${why}`, { cause });
}
