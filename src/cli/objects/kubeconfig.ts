import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { messageOf } from '../../base/errors/index.ts';
import { parseYaml } from '../../cluster/schema/index.ts';
import { cliErrors } from '../errors.ts';
import { credentialOf, type Environment, readPlugin } from './execplugin.ts';

/** What a kubeconfig says about one context. */
export interface Context {
  readonly server: string;
  readonly namespace: string;
  readonly ca?: string | undefined;
  readonly insecure?: boolean | undefined;
  readonly token?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export interface KubeconfigChoice {
  /** Files in the order of KUBECONFIG; the first that names a thing wins. */
  readonly files: readonly string[];
  /** Undefined: the current one. */
  readonly context?: string | undefined;
  /** What programs that a kubeconfig names to log in with are started with; without it none is. */
  readonly env?: Environment | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** A named entry, and the folder that its relative paths begin in. */
interface Entry {
  readonly value: Fields;
  readonly folder: string;
}

/** Which files are meant: the one that was named, those of KUBECONFIG, or the one that `davit up` wrote. */
export function kubeconfigFiles(
  given: {
    readonly kubeconfig?: string | undefined;
    readonly dataDir: string;
    readonly dataDirGiven: boolean;
  },
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  if (given.kubeconfig !== undefined) return [atHome(given.kubeconfig)];
  const variable = env['KUBECONFIG'] ?? '';
  const named = variable.split(delimiter).filter(path => path !== '');
  if (named.length > 0 && !given.dataDirGiven) return named.map(atHome);
  return [join(atHome(given.dataDir), 'kubeconfig')];
}

function atHome(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, homedir()));
}

/**
 * Reads what is needed to reach a server.
 * @throws kubeconfig-missing, kubeconfig-invalid
 */
export function readContext({ files, context, env }: KubeconfigChoice): Context {
  const read = files.flatMap(readOne);
  if (read.length === 0) {
    const found = `There is no ${files.join(', nor ')}: davit up writes it.`;
    throw cliErrors.make['kubeconfig-missing'](found);
  }
  const current = read.map(({ value }) => text(value['current-context'])).find(name => name !== undefined);
  const name = context ?? current;
  if (name === undefined) throw broken(files, 'no context is current; name one with --context');
  const chosen = find(read, 'contexts', name, files)['context'];
  const cluster = entry(find(read, 'clusters', text(fields(chosen)['cluster']) ?? '', files), 'cluster');
  const user = entry(find(read, 'users', text(fields(chosen)['user']) ?? '', files), 'user');
  const made = contextOf(fields(chosen), cluster, user, files);
  const exec = user.value['exec'];
  return exec === undefined || exec === null
    ? made
    : { ...made, ...execCredential(exec, user.folder, env, files) };
}

/** What the program says that the kubeconfig names for its user. */
function execCredential(
  exec: unknown,
  folder: string,
  env: Environment | undefined,
  files: readonly string[],
): Partial<Context> {
  const plugin = readPlugin(exec, folder);
  if (typeof plugin === 'string') throw broken(files, plugin);
  if (env === undefined)
    throw broken(files, `this command starts no program to log in, and ${plugin.command} is to be`);
  return credentialOf(plugin, env);
}

function contextOf(context: Fields, cluster: Entry, user: Entry, files: readonly string[]): Context {
  const server = text(cluster.value['server']);
  if (server === undefined || !URL.canParse(server))
    throw broken(files, 'the cluster has no server with a URL');
  const tokenFile = text(user.value['tokenFile']);
  return {
    server,
    namespace: text(context['namespace']) ?? 'default',
    ca: material(cluster, 'certificate-authority'),
    insecure: cluster.value['insecure-skip-tls-verify'] === true,
    token: tokenFile === undefined ? text(user.value['token']) : load(user, tokenFile).trim(),
    certificate: material(user, 'client-certificate'),
    key: material(user, 'client-key'),
  };
}

/** Text that stands in the file as base64, or in a file that it names. */
function material(from: Entry, name: string): string | undefined {
  const data = text(from.value[`${name}-data`]);
  if (data !== undefined) return Buffer.from(data, 'base64').toString();
  const path = text(from.value[name]);
  return path === undefined ? undefined : load(from, path);
}

function load({ folder }: Entry, path: string): string {
  const file = resolve(folder, path);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw broken([file], messageOf(cause));
  }
}

function readOne(file: string): Entry[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw broken([file], messageOf(cause));
  }
  try {
    return [{ value: fields(parseYaml(bytes).value), folder: dirname(file) }];
  } catch (cause) {
    throw broken([file], messageOf(cause));
  }
}

function find(
  read: readonly Entry[],
  list: string,
  name: string,
  files: readonly string[],
): Fields & { folder: string } {
  for (const { value, folder } of read) {
    const all = Array.isArray(value[list]) ? (value[list] as unknown[]) : [];
    const found = all.map(fields).find(one => one['name'] === name);
    if (found !== undefined) return { ...found, folder };
  }
  throw broken(files, `there is no "${name}" among its ${list}`);
}

function entry(found: Fields & { folder: string }, name: string): Entry {
  return { value: fields(found[name]), folder: found.folder };
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function broken(files: readonly string[], why: string): Error {
  return cliErrors.make['kubeconfig-invalid'](`${files.join(', ')}: ${why}`);
}
