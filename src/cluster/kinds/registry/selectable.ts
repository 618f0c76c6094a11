import type { KubeObject } from '../../meta/index.ts';

type Value = (object: KubeObject) => string;
export type Selectable = ReadonlyMap<string, Value>;

function at(object: unknown, path: string): unknown {
  let value = object;
  for (const step of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** What stands at a path as Go prints it; what is absent is the `zero` of its type. */
function field(path: string, zero = ''): Value {
  return object => {
    const value = at(object, path);
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : zero;
  };
}

function fields(...paths: readonly string[]): [string, Value][] {
  return paths.map(path => [path, field(path)]);
}

const firstPodAddress: Value = object => {
  const addresses = at(object, 'status.podIPs');
  return Array.isArray(addresses) ? field('ip')(addresses[0] as KubeObject) : '';
};

const nodeName = field('spec.nodeName');

/** `source.component`, or who reports when that is empty: events name their origin in one of two fields. */
const eventSource: Value = event => field('source.component')(event) || field('reportingComponent')(event);

/**
 * Field selectors besides the name and the namespace that a client may use, by kind (`<group>/<plural>`, `pods` of the core): the
 * labels that Kubernetes' scheme converts, with the values its registries give them. Events of both groups are stored as those of the
 * core and selected as such.
 */
const selectable: Readonly<Record<string, Selectable>> = {
  pods: new Map([
    ...fields('spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName'),
    ['spec.hostNetwork', field('spec.hostNetwork', 'false')],
    ...fields('status.phase', 'status.nominatedNodeName'),
    ['status.podIP', firstPodAddress],
    // May be asked for and is never there.
    ['status.podIPs', () => ''],
    // As clients of old wrote it.
    ['spec.host', nodeName],
  ]),
  nodes: new Map([['spec.unschedulable', field('spec.unschedulable', 'false')]]),
  replicationcontrollers: new Map([['status.replicas', field('status.replicas', '0')]]),
  namespaces: new Map(fields('status.phase')),
  secrets: new Map(fields('type')),
  services: new Map(fields('spec.clusterIP', 'spec.type')),
  events: new Map([
    ...fields('involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid'),
    ...fields('involvedObject.apiVersion', 'involvedObject.resourceVersion', 'involvedObject.fieldPath'),
    ...fields('reason', 'reportingComponent', 'type'),
    ['source', eventSource],
  ]),
  'events.k8s.io/events': new Map([
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      (name): [string, Value] => [`regarding.${name}`, field(`regarding.${name}`)],
    ),
    ...fields('reason', 'reportingController', 'type'),
  ]),
  'certificates.k8s.io/certificatesigningrequests': new Map(fields('spec.signerName')),
  'certificates.k8s.io/clustertrustbundles': new Map(fields('spec.signerName')),
  'certificates.k8s.io/podcertificaterequests': new Map(
    fields('spec.signerName', 'spec.podName', 'spec.nodeName'),
  ),
  'batch/jobs': new Map([['status.successful', field('status.succeeded', '0')]]),
};

const none: Selectable = new Map();

export function selectableOf(kind: string): Selectable {
  return Object.hasOwn(selectable, kind) ? (selectable[kind] as Selectable) : none;
}

/** Those of a custom kind: the JSON paths (`.spec.color`) that its version names in `selectableFields`. */
export function selectableAt(jsonPaths: readonly string[]): Selectable {
  return jsonPaths.length === 0 ? none : new Map(fields(...jsonPaths.map(path => path.replace(/^\./, ''))));
}
