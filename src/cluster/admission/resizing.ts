import {
  compareQuantities,
  forbidden,
  type KubeObject,
  parseQuantity,
  quantityIn,
  sameJson,
  StatusError,
} from '../meta/index.ts';
import { podRequests, type Resources, zero } from '../usage/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';
import { reachOf } from './reach.ts';
import type { Lookup } from './reading.ts';

const pods = { group: '', resource: 'pods' };
const system = 'kubernetes.io/os';
/** Annotation of a node that takes pods beyond what they ask for together. */
const overcommits = 'davit.dev/overcommit';

interface InitContainer {
  readonly restartPolicy?: string;
  readonly resources?: Resources;
}

interface Spec {
  readonly nodeName?: string;
  readonly resources?: Resources;
  readonly initContainers?: readonly InitContainer[];
}

interface Node extends KubeObject {
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly declaredFeatures?: readonly string[];
  };
}

/** What a node has to know for a resize, and for which (component-helpers' `nodedeclaredfeatures`). */
const features: readonly (readonly [name: string, isNeeded: (next: Spec, old: Spec) => boolean])[] = [
  [
    'InPlacePodLevelResourcesVerticalScaling',
    (next, old) => !sameJson(next.resources ?? {}, old.resources ?? {}),
  ],
  [
    'InPlacePodVerticalScalingInitContainers',
    (next, old) =>
      (old.initContainers ?? []).some(
        ({ restartPolicy, resources = {} }, index) =>
          restartPolicy !== 'Always' && !sameJson(next.initContainers?.[index]?.resources ?? {}, resources),
      ),
  ],
];

/** Keeps a resize within what the pod's node knows and has (the plugins NodeDeclaredFeatureValidator and PodResizeValidator). */
export function podResizing(lookup: Lookup): Admission {
  return {
    name: 'PodResizeValidator',
    concerns: isResize,
    validate: ({ object, old, name }) => {
      const pod = object as KubeObject;
      const { nodeName = '' } = specOf(pod);
      const node = lookup.get('nodes', '', nodeName);
      if (node === undefined) throw forbidden(pods, name, `node ${JSON.stringify(nodeName)} not found`);
      checkFeatures(pod, old as KubeObject, node);
      checkSystem(pod, node);
      checkRoom(pod, node);
    },
  };
}

function specOf(pod: KubeObject): Spec {
  return pod['spec'] ?? {};
}

/** Whether a request changes what a pod takes of the node that it is on. */
function isResize(request: AdmissionRequest): boolean {
  const { operation, kind, object, old } = request;
  if (operation !== 'UPDATE' || kind.resource !== 'pods' || reachOf(request) !== 'resources') return false;
  if (object === undefined || old === undefined || (specOf(object).nodeName ?? '') === '') return false;
  return object.metadata.generation !== old.metadata.generation;
}

/** @throws StatusError 403 */
function checkFeatures(pod: KubeObject, old: KubeObject, { metadata, status }: Node): void {
  const missing = features
    .filter(
      ([name, isNeeded]) => isNeeded(specOf(pod), specOf(old)) && !status?.declaredFeatures?.includes(name),
    )
    .map(([name]) => name);
  if (missing.length === 0) return;
  const node = JSON.stringify(metadata.name);
  const detail = `pod update requires features ${missing.join(', ')} which are not available on node ${node}`;
  throw forbidden(pods, pod.metadata.name ?? '', detail);
}

/** @throws StatusError 403 */
function checkSystem(pod: KubeObject, { metadata }: Node): void {
  const found = metadata.labels?.[system] ?? 'linux';
  if (found === 'linux') return;
  const node = JSON.stringify(metadata.name);
  const detail = `pod resize is only supported on linux nodes, node ${node} is ${JSON.stringify(found)}`;
  throw refused(pod, detail, 'UnsupportedPlatform');
}

/** What a node has of these is compared with what a pod asks for, in thousandths or whole. */
const compared = [
  ['cpu', -3],
  ['memory', 0],
] as const;

/** @throws StatusError 403 */
function checkRoom(pod: KubeObject, { metadata, status }: Node): void {
  if (metadata.annotations?.[overcommits] === 'true') return;
  const requests = podRequests(pod);
  const faults = compared.flatMap(([name, scale]) => {
    const asked = requests.get(name) ?? zero;
    const there = parseQuantity(status?.allocatable?.[name] ?? '0') ?? zero;
    if (compareQuantities(asked, there) <= 0) return [];
    return [`${name}, requested: ${quantityIn(asked, scale)}, allocatable: ${quantityIn(there, scale)}`];
  });
  if (faults.length === 0) return;
  throw refused(pod, `node didn't have enough allocatable resources: ${faults.join('; ')}`, 'NodeCapacity');
}

function refused(pod: KubeObject, detail: string, reason: string): StatusError {
  const { code, message, status } = forbidden(pods, pod.metadata.name ?? '', detail);
  return new StatusError(code, 'Forbidden', message, { ...status.details, causes: [{ reason }] });
}
