import type { Mount } from '../paths.ts';
import type { EngineCommand } from './engine.ts';

/** What a container of an engine sees of a folder or file of this machine. */
export interface EngineMount extends Mount {
  readonly readOnly?: boolean;
  /** Lies in a folder that containers write to, and may be led elsewhere by one of them until it is mounted. */
  readonly unsteady?: boolean;
}

/** What a container is made of, as its pod says it. */
export interface ContainerRequest {
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly EngineMount[];
  /** Where its program works; what its image says without. */
  readonly folder: string | undefined;
  /** `1000`, `1000:1000`, `:1000`; what its image says without. */
  readonly user: string | undefined;
  readonly groups: readonly number[];
  /** Bytes; no limit without. */
  readonly memory: number | undefined;
  /** Processors; no limit without. */
  readonly cpus: number | undefined;
  readonly readOnlyRoot: boolean;
  readonly noNewPrivileges: boolean;
  readonly dropped: readonly string[];
  readonly input: boolean;
  readonly terminal: boolean;
}

/** What tells a container of Davit's from others, and from those of another data directory. */
export const folderLabel = 'davit.dev/folder';

/**
 * Variables that the command of an engine is itself moved by: they are said on its command line, where others are taken from its own
 * environment, which nobody else can read.
 */
const moving =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|TMPDIR|PWD|LANG|LC_.*|XDG_.*|DBUS_.*|CONTAINER.*|DOCKER.*|PODMAN.*|STORAGE_.*|BUILDAH.*|REGISTR.*|SSL_.*|LD_.*|GO.*|_.*|NOTIFY_SOCKET|LISTEN_.*|GLIBC_.*|MALLOC_.*|RES_OPTIONS|HOSTALIASES|LOCALDOMAIN|CNI_.*|NETAVARK.*|OCI_.*|OTEL_.*|IMAGE_.*|SYSTEMD_.*|OPENSSL_.*|.*_proxy)$/i;

/** Names that engines take for nothing else: `A*` would be all that begin so. */
const plain = /^[A-Z_]\w*$/i;

/** Whether a variable of a container is taken from the environment of the command, where it moves nothing and is nothing else. */
function isQuiet(key: string, own: Readonly<Record<string, string>>): boolean {
  return plain.test(key) && !moving.test(key) && !Object.hasOwn(own, key);
}

/**
 * The words after `create` for a container, and the environment that they are to be said in, beside the command's own. Pure.
 * @param engine whose command it is
 */
export function creation(
  name: string,
  labels: Readonly<Record<string, string>>,
  request: ContainerRequest,
  engine: Pick<EngineCommand, 'name' | 'environment'>,
): { readonly args: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  const { image, command, args, folder, user, groups, memory, cpus, dropped } = request;
  const [entrypoint, ...rest] = command;
  const variables = Object.entries(request.environment);
  const quiet = (key: string): boolean => isQuiet(key, engine.environment);
  const told = variables.flatMap(([key, value]) => ['--env', quiet(key) ? key : `${key}=${value}`]);
  const words = [
    '--name',
    name,
    '--network',
    'host',
    '--pull',
    'never',
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    // What it writes goes to the file of its log directly.
    '--log-driver',
    'none',
    '--security-opt',
    'label=disable',
    // Podman's own proxies, with their passwords, are no container's.
    ...(engine.name === 'podman' ? ['--http-proxy=false'] : []),
    ...told,
    ...request.mounts.flatMap(mount => ['--mount', mountWord(mount)]),
    ...(folder === undefined ? [] : ['--workdir', folder]),
    ...(user === undefined ? [] : ['--user', user]),
    ...groups.flatMap(group => ['--group-add', String(group)]),
    ...(memory === undefined ? [] : ['--memory', String(memory), '--memory-swap', String(memory)]),
    ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
    ...(request.readOnlyRoot ? ['--read-only'] : []),
    ...(request.noNewPrivileges ? ['--security-opt', 'no-new-privileges'] : []),
    ...dropped.flatMap(capability => ['--cap-drop', capability]),
    ...(request.input ? ['--interactive'] : []),
    ...(request.terminal ? ['--tty'] : []),
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
  ];
  const environment = Object.fromEntries(variables.filter(([key]) => quiet(key)));
  return { args: [...words, '--', image, ...rest, ...args], environment };
}

/** Both engines read a mount as a line of CSV. */
function mountWord({ at, source, readOnly = false }: EngineMount): string {
  const parts = ['type=bind', `source=${source}`, `target=${at}`, ...(readOnly ? ['readonly'] : [])];
  return parts.map(part => (/[",\n]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part)).join(',');
}
