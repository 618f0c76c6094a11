import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Attempt,
  type Image,
  type Mount,
  onThisMachine,
  type Play,
  type Role,
  type Runner,
  steering,
  wordsOf,
} from '../runners/index.ts';
import { portsText } from '../../cluster/meta/index.ts';
import { archived } from './archived.ts';
import { startContained } from './containing.ts';
import { ConfigError, environmentOf, expanded } from './environment.ts';
import { valueOf, type Whereabouts } from './fields.ts';
import { ownPlaces } from './mounting.ts';
import { asksForNames, nameVariables } from './names.ts';
import type { Command } from './probes/check.ts';
import type { HostedContainer, HostedPod } from './shapes.ts';
import type { Sources } from './sources.ts';
import { mountsOf } from './volumes/volumes.ts';

/** What a container is started with. */
export interface Setting {
  readonly pod: HostedPod;
  readonly where: Whereabouts;
  readonly sources: Sources;
  /** Where volumes lie. */
  readonly places: ReadonlyMap<string, string>;
  /** Folder for the records of this container. */
  readonly records: string;
  /** Containers whose work this one's process does too. */
  readonly inside: readonly HostedContainer[];
  /** The folder to which an agent brings the models of the pod's server, as containers see it; undefined where none does. */
  readonly pulledFolder: string | undefined;
  /** Whether a seat in a shared process will do. */
  readonly shares: boolean;
  readonly onUnseated: (why: string) => void;
  /** Learns which limits of a container nothing keeps here. */
  readonly onUnlimited: (limits: readonly string[]) => void;
  /** Learns which variables a program of Davit's is not given. */
  readonly onLeftOut: (names: readonly string[]) => void;
  /** Port of the proxy for names of the cluster; undefined where there is none. */
  readonly namesPort: Promise<number> | undefined;
  /** Data directory of the cluster. */
  readonly home: string;
  readonly allowHostProcesses: boolean;
  /** Of a container that an engine runs. */
  readonly engineImage?: Image | undefined;
}

/** Starts a container as an image of Davit's or as a process of this machine. @throws ConfigError, MountError, `container-not-startable` */
export async function startContainer(
  runner: Runner,
  container: HostedContainer,
  play: Exclude<Play, { how: 'refused' }>,
  number: number,
  setting: Setting,
): Promise<Attempt> {
  if (play.how === 'engine') return contained(runner, container, number, setting);
  const { pod, where, sources, places, records, shares, onUnseated } = setting;
  const record = join(records, String(number));
  // Each would know all others: with many, what is kept of each would grow without bound.
  const seen = shares ? { ...pod, spec: { ...pod.spec, enableServiceLinks: false } } : pod;
  const told = ledByNobody(await environmentOf(seen, container, where, sources), play, setting);
  const own = { ...(await named(play, setting)), ...told };
  const {
    terminationMessagePath = '/dev/termination-log',
    image = '',
    stdin = false,
    tty = false,
  } = container;
  const mounts = [
    ...mountsOf(container, places, own),
    { at: terminationMessagePath, source: join(record, 'termination') },
  ];
  const environment = here(own, mounts);
  const args = (container.args ?? []).map(text => onThisMachine(expanded(text, own), mounts));
  const command = (container.command ?? []).map(text => onThisMachine(expanded(text, own), mounts));
  const davit = play.how === 'davit';
  if (davit && !setting.allowHostProcesses && args.some(text => /^--cache(=|$)/.test(text))) {
    throw new ConfigError(
      'args: found --cache, expected none: a folder of this machine needs davit up --allow-host-processes',
    );
  }
  const start = davit
    ? { davit: wordsOf(play.role, play.convention, { args, environment, address: where.address }), shares }
    : { host: [...command, ...args] };
  const extra = davit ? await extras({ ...setting, pod: seen }, join(record, 'termination')) : {};
  const bounds = davit && bringsModels.has(play.role) ? bringingOf(container, setting) : {};
  const memory = memoryOf(container);
  const usual = davit && play.role === 'model-server' ? serverDefaults(setting, mounts, memory) : {};
  return runner.start({
    record,
    number,
    image,
    start,
    grouped: { pod: pod.metadata.uid ?? '', container: `${container.name}-${number}` },
    onUnseated,
    folder: folderOf(container, mounts, records),
    environment: { ...usual, ...environment, ...extra, ...bounds },
    mounts,
    memory,
    resources: container.resources ?? {},
    input: stdin,
    terminal: tty && !davit,
  });
}

async function contained(
  runner: Runner,
  container: HostedContainer,
  number: number,
  setting: Setting,
): Promise<Attempt> {
  const { home, engineImage: image, allowHostProcesses: allowHostPaths } = setting;
  if (image === undefined) throw new ConfigError('the image of the container is not here');
  const names = await named({ how: 'engine' }, setting);
  const containment = { image, home, allowHostPaths, names, memory: memoryOf(container) };
  return startContained(runner, container, number, setting, containment);
}

/** What fetches models into volumes. */
const bringsModels: ReadonlySet<Role> = new Set(['storage-initializer', 'agent']);

/** The environment of a container that a program of ours plays, without what would make other code run: that takes leave. */
function ledByNobody(
  told: Readonly<Record<string, string>>,
  { how }: Pick<Play, 'how'>,
  { allowHostProcesses, onLeftOut }: Setting,
): Readonly<Record<string, string>> {
  if (how !== 'davit' || allowHostProcesses) return told;
  const names = steering(told);
  if (names.length === 0) return told;
  onLeftOut(names);
  return Object.fromEntries(Object.entries(told).filter(([name]) => !names.includes(name)));
}

/** How a program that is not ours finds Services by their names, where its pod asks for it. */
async function named(play: Play, { pod, namesPort }: Setting): Promise<Record<string, string>> {
  if (play.how === 'davit' || namesPort === undefined || !asksForNames(pod)) return {};
  return nameVariables(pod, await namesPort);
}

/** Bytes of memory that a container may have; undefined without a limit. */
export function memoryOf({ resources }: HostedContainer): number | undefined {
  const bytes = valueOf(resources?.limits?.['memory'] ?? '0');
  return bytes === 0 ? undefined : bytes;
}

/** Part of a container's memory that models may have. */
const modelShare = 0.8;
const usualGrace = 30;
/** The part of its time to end in which a server waits at most for those who send it requests to hear of its end. */
const newsShare = 0.25;

/**
 * Settings of a model server that follow from its pod, unless its container says otherwise: it drains as long as the pod may, and a model
 * that is too large for the limit is refused with a reason, before the container is ended for its memory.
 */
function serverDefaults(
  { pod: { spec }, pulledFolder }: Setting,
  mounts: readonly Mount[],
  memory: number | undefined,
): Record<string, string> {
  const grace = spec.terminationGracePeriodSeconds ?? usualGrace;
  // A pod with a queue has a hook before its end that waits.
  const hooked = spec.containers.some(({ lifecycle }) => lifecycle?.preStop !== undefined);
  const linger = hooked ? 0 : grace * newsShare;
  return {
    DAVIT_LINGER: `${linger * 1000}ms`,
    DAVIT_GRACE: `${(grace - linger) * 1000}ms`,
    ...(memory !== undefined && { DAVIT_MAX_MODEL_MEMORY: String(Math.floor(memory * modelShare)) }),
    ...(pulledFolder !== undefined && { DAVIT_MODEL_REPOSITORY: onThisMachine(pulledFolder, mounts) }),
  };
}

/** What a program of ours is told beside its container's own environment. */
async function extras(setting: Setting, terminationFile: string): Promise<Record<string, string>> {
  const { pod, where, sources, places, inside, pulledFolder } = setting;
  const told: Record<string, string> = {
    DAVIT_TERMINATION_LOG: terminationFile,
    ...(where.ports.size > 0 && { DAVIT_PORTS: portsText(where.ports) }),
  };
  if (inside.length === 0) return told;
  const sidecars = await Promise.all(
    inside.map(async ({ name, args = [], ...rest }) => {
      const told = await environmentOf(pod, { name, ...rest }, where, sources);
      const own = ledByNobody(told, ours, setting);
      const mounts = mountsOf({ name, ...rest }, places, own);
      return {
        name,
        env: {
          ...here(own, mounts),
          ...(pulledFolder !== undefined && bringingOf({ name, ...rest }, setting)),
        },
        args: args.map(text => onThisMachine(expanded(text, own), mounts)),
      };
    }),
  );
  return { ...told, DAVIT_SIDECARS: JSON.stringify(sidecars) };
}

const ours = { how: 'davit' } as const;

/** What is told to whoever brings models: within which bounds, and whose pod it is, by which its controller asks how they are. */
function bringingOf(container: HostedContainer, setting: Setting): Record<string, string> {
  return { DAVIT_POD_UID: setting.pod.metadata.uid ?? '', ...boundsOf(container, setting) };
}

/** From where and to where models may be brought: the pod may not say anything else without leave. */
function boundsOf(
  container: HostedContainer,
  { pod, places, home, allowHostProcesses }: Setting,
): Record<string, string> {
  if (allowHostProcesses) return {};
  return { DAVIT_STORAGE_BOUNDS: JSON.stringify(ownPlaces(pod, container, places, home)) };
}

function here(
  environment: Readonly<Record<string, string>>,
  mounts: readonly Mount[],
): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.map(([name, value]) => [name, onThisMachine(value, mounts)]));
}

/** Where a container works: what its spec says, where that is a folder; else one of its own. */
function folderOf({ workingDir = '' }: HostedContainer, mounts: readonly Mount[], records: string): string {
  const wanted = onThisMachine(workingDir, mounts);
  if (wanted !== '' && statSync(wanted, { throwIfNoEntry: false })?.isDirectory() === true) return wanted;
  const own = join(records, 'work');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return own;
}

/** How a further command runs in a container that runs. */
export function commandIn({ note, contained }: Attempt, argv: readonly string[], terminal = false): Command {
  if (contained !== undefined) {
    const { environment } = contained.note.command;
    return { argv: contained.inside(argv, terminal), folder: '/', environment };
  }
  const { folder, environment, mounts } = note;
  const here = argv.map(text => onThisMachine(text, mounts));
  return { argv: archived(argv, here, mounts), folder, environment };
}
