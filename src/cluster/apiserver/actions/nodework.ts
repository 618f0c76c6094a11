import { badRequest, type KubeObject, notFound, StatusError } from '../../meta/index.ts';
import type { ActionHandler, Answer, KindCall } from '../call.ts';
import { placeOf, resourceOf } from '../reads/read.ts';

interface PodSpec {
  readonly nodeName?: string;
  readonly containers?: readonly { readonly name: string }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

function podOf(call: KindCall): { pod: KubeObject; spec: PodSpec } {
  const pod = call.parts.store.get(placeOf(call))?.object;
  if (pod === undefined) throw notFound(resourceOf(call.kind), call.info.name);
  return { pod, spec: pod['spec'] ?? {} };
}

/** The container that a request is about: the one it names, or the only one. */
function checkContainer(call: KindCall, { containers = [], initContainers = [] }: PodSpec): void {
  const names = [...initContainers, ...containers].map(container => container.name);
  const asked = call.query.get('container') ?? '';
  if (asked !== '' && !names.includes(asked)) {
    throw badRequest(`container ${asked} is not valid for pod ${call.info.name}`);
  }
  if (asked !== '' || containers.length <= 1) return;
  const choice = containers.map(container => container.name).join(' ');
  throw badRequest(
    `a container name must be specified for pod ${call.info.name}, choose one of: [${choice}]`,
  );
}

/** What no node here can do yet. */
function notHere(what: string): StatusError {
  const message = `${what} needs a node that runs pods; this server has none`;
  return new StatusError(501, 'NotImplemented', message);
}

/** Answers `log`: nothing as long as a pod has no node. */
export const podLog: ActionHandler = (call): Answer | undefined => {
  const { spec } = podOf(call);
  checkContainer(call, spec);
  if ((spec.nodeName ?? '') !== '') throw notHere('reading logs');
  return { status: 204, object: undefined };
};

/** Answers `exec`, `attach` and `portforward`. */
export const podStream: ActionHandler = (call): Answer | undefined => {
  const { spec } = podOf(call);
  if (call.subresource?.name !== 'portforward') checkContainer(call, spec);
  if ((spec.nodeName ?? '') === '') throw badRequest(`pod ${call.info.name} does not have a host assigned`);
  throw notHere(call.subresource?.name ?? 'this');
};

/** Answers `services/proxy`. */
export const serviceProxy: ActionHandler = (call): Answer | undefined => {
  const { namespace, name } = call.info;
  const [service = ''] = name.replace(/^https?:/, '').split(':');
  const found = call.parts.store.get({ resource: 'services', namespace, name: service });
  if (found === undefined) throw notFound(resourceOf(call.kind), service);
  const message = `no endpoints available for service ${JSON.stringify(service)}`;
  throw new StatusError(503, 'ServiceUnavailable', message);
};

/** Answers `componentstatuses`: what the cluster is made of is well as long as it answers. */
export const componentStatuses: ActionHandler = (call): Answer => {
  const conditions = [{ type: 'Healthy', status: 'True', message: 'ok' }];
  const items = ['etcd-0', 'scheduler', 'controller-manager'].map(name => ({
    metadata: { name },
    conditions,
  }));
  const { kind } = call;
  if (call.info.verb === 'list') {
    const list = { kind: kind.listKind, apiVersion: 'v1', metadata: {}, items };
    return { status: 200, object: list, kind };
  }
  const found = items.find(item => item.metadata.name === call.info.name);
  if (found === undefined) throw notFound(resourceOf(kind), call.info.name);
  return { status: 200, object: { kind: kind.kind, apiVersion: 'v1', ...found }, kind };
};
