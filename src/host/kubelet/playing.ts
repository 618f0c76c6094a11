import { createHash } from 'node:crypto';
import { asksQueue } from '../../base/probes/index.ts';
import { type EngineUse, type Play, playOf, type Role } from '../runners/index.ts';
import type { ContainerView, Run } from './decide.ts';
import type { Action, HostedContainer, HostedPod, Probe } from './shapes.ts';

const sidecars: readonly string[] = ['queue-proxy', 'agent'];

/** How the containers of a pod are run. */
export interface Casting {
  readonly plays: ReadonlyMap<string, Play>;
  /** The model server of Davit whose process does the work of the containers in `inside` too. */
  readonly main: string | undefined;
  readonly inside: ReadonlySet<string>;
}

/**
 * How each container of a pod is run. Where the pod's own work is done by one model server of Davit, what stands in front of it (queue,
 * batcher, logger) runs in its process. Pure.
 */
export function cast(pod: HostedPod, allowHostProcesses: boolean, engine: EngineUse = 'none'): Casting {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const plays = new Map(all.map(one => [one.name, playOf(one, allowHostProcesses, engine)]));
  const isSide = ({ name }: HostedContainer): boolean => {
    const play = plays.get(name);
    return play?.how === 'davit' && sidecars.includes(play.role);
  };
  const [own, ...others] = pod.spec.containers.filter(one => !isSide(one));
  const play = own === undefined ? undefined : plays.get(own.name);
  if (own === undefined || others.length > 0 || play?.how !== 'davit' || play.role !== 'model-server') {
    return { plays, main: undefined, inside: new Set() };
  }
  const inside = pod.spec.containers.filter(isSide).map(({ name }) => name);
  return { plays, main: own.name, inside: new Set(inside) };
}

/** Annotation of a pod that says what its model server is to have: a process of its own, or a seat in a shared one. */
export const isolationAnnotation = 'davit.dev/isolation';

export type Isolation = 'process' | 'shared';

/** What a pod asks for; undefined when it asks for nothing that is known. Pure. */
export function askedIsolation({ metadata: { annotations } }: HostedPod): Isolation | undefined {
  const asked = annotations?.[isolationAnnotation];
  return asked === 'process' || asked === 'shared' ? asked : undefined;
}

/** Why a pod's model server cannot sit in a shared process, whatever is asked for; undefined when it can. Pure. */
export function unshareable(pod: HostedPod, { main, inside, plays }: Casting): string | undefined {
  if (main === undefined) return 'it is not the only container beside its queue';
  if (pod.spec.hostNetwork === true) return 'it has no address of its own (hostNetwork)';
  const agent = [...inside].find(name => {
    const play = plays.get(name);
    return play?.how === 'davit' && play.role === 'agent';
  });
  return agent === undefined ? undefined : 'it has a batcher, a logger, or models that come later';
}

/** The folder to which the agent of a pod brings the models of its server, as its container sees it; undefined where none does. Pure. */
export function folderOfPulled({ spec }: HostedPod, { plays }: Casting): string | undefined {
  const agent = spec.containers.find(({ name, args = [] }) => {
    const play = plays.get(name);
    const isAgent = play?.how === 'davit' && play.role === 'agent';
    return isAgent && args.some(word => /^--enable-puller(=true)?$/.test(word));
  });
  if (agent === undefined) return undefined;
  const { args = [] } = agent;
  const words = args.flatMap(word => (word.startsWith('--model-dir=') ? word.split(/=(.*)/, 2) : [word]));
  const at = words.lastIndexOf('--model-dir');
  return at < 0 ? usualModels : words[at + 1];
}

/** What is told of a container whose work another one's process does, with what its own probes found. Pure. */
export function mirrored(
  name: string,
  main: ContainerView,
  own: { readonly started: boolean; readonly ready: boolean } | undefined,
): ContainerView {
  const { current, previous } = main;
  const running = current !== undefined && current.end === undefined;
  return {
    ...main,
    ...(current !== undefined && { current: mirroredRun(name, current) }),
    ...(previous !== undefined && { previous: mirroredRun(name, previous) }),
    started: running && (own?.started ?? false),
    ready: running && (own?.ready ?? false),
  };
}

function mirroredRun(name: string, run: Run): Run {
  return { ...run, id: run.id === '' ? '' : mirroredId(name, run.id) };
}

/** An ID of its own that is the same whenever it is asked for. */
export function mirroredId(name: string, id: string): string {
  return `davit://${createHash('sha256').update(`${name} ${id}`).digest('hex')}`;
}

const usualModels = '/mnt/models';
const usualPort = 8080;
const healthPath = '/v2/health/ready';

/** Whether a probe asks for what a model server of Davit, or the queue in its process, knows of its own readiness. Pure. */
export function asksHealth({ httpGet }: Action): boolean {
  if (httpGet === undefined) return false;
  return httpGet.path === healthPath || httpGet.httpHeaders?.some(asksQueue) === true;
}

/**
 * The readiness probe of a container. A model server of Davit listens before its models are loaded, so one that only looks whether it
 * listens, or none, asks whether its models answer instead. Pure.
 */
export function readinessOf(container: HostedContainer, play: Play | undefined): Probe | undefined {
  const { readinessProbe, args = [], ports = [] } = container;
  const own = readinessProbe?.tcpSocket === undefined ? readinessProbe : undefined;
  if (own !== undefined || play?.how !== 'davit' || play.role !== 'model-server') return readinessProbe;
  const port = portIn(args) ?? ports[0]?.containerPort ?? usualPort;
  const { tcpSocket: _, ...times } = readinessProbe ?? {};
  return { periodSeconds: 10, ...times, httpGet: { path: healthPath, port } };
}

/** Ports of containers that say nothing of theirs. */
const usualPorts: Readonly<Partial<Record<Role, readonly number[]>>> = {
  'model-server': [usualPort],
  // For requests, HTTP/1.1 and h2c, for the hook before its end, for an autoscaler, and for people.
  'queue-proxy': [8012, 8013, 8022, 9090, 9091],
  agent: [9081],
};

/**
 * The ports at which programs of Davit listen for a pod: other programs listen where they do. Pure.
 * @param some the containers whose processes are meant; all unless said
 */
export function listeningPorts(
  { spec }: HostedPod,
  { plays, main, inside }: Casting,
  some?: readonly string[],
): readonly number[] {
  const all = spec.containers.flatMap(({ name, args = [], ports = [] }) => {
    const play = plays.get(name);
    if (play?.how !== 'davit') return [];
    const process = inside.has(name) ? main : name;
    if (process !== undefined && some?.includes(process) === false) return [];
    const named = play.role === 'model-server' ? (portIn(args) ?? []) : [];
    const declared = ports.map(({ containerPort }) => containerPort);
    return [...declared, ...(usualPorts[play.role] ?? []), named].flat();
  });
  return [...new Set(all)];
}

/** The port that a start line names; of several the last counts, as it does for the server. */
function portIn(args: readonly string[]): number | undefined {
  const named = args.flatMap((arg, place) => {
    const found = /^--http[-_]port(?:[= ](\d+))?$/.exec(arg);
    return found === null ? [] : [Number(found[1] ?? args[place + 1])];
  });
  return named.at(-1);
}
