import type { Configuration } from '../../../kserve/index.ts';
import type { Component } from '../components/component.ts';
import type { Child } from '../children.ts';
import { type Port, transformerContainer } from '../shapes.ts';
import { appLabel } from './deployment.ts';
import type { Metadata } from './metadata.ts';

const agentPort = 9081;

/** The Service of a component: port 80 goes to its first port, or to the agent before it. Pure. */
export function serviceOf(component: Component, metadata: Metadata, { service }: Configuration): Child {
  const app = appLabel(component.name);
  return {
    plural: 'services',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, labels: { ...metadata.labels, app } },
      spec: {
        selector: { app },
        ports: portsOf(component),
        ...(service.serviceClusterIPNone && { clusterIP: 'None' }),
      },
    },
  };
}

function portsOf({ name, pod, extension }: Component): object[] {
  const entry = pod.containers.find(one => one.name === transformerContainer) ?? pod.containers[0];
  const [first, ...rest] = entry?.ports ?? [];
  const agent = extension.batcher !== undefined || extension.logger !== undefined;
  const main =
    first === undefined
      ? { name, port: 80, targetPort: 8080, protocol: 'TCP' }
      : { ...described(first), port: 80, targetPort: first.containerPort };
  return [
    { ...main, ...(agent && { targetPort: agentPort }) },
    ...rest.map(one => ({ ...described(one), port: one.containerPort, targetPort: one.containerPort })),
  ];
}

function described({ name, protocol = 'TCP' }: Port): object {
  const grpc = /grpc|h2c/.test(name ?? '');
  return {
    ...(name !== undefined && { name }),
    protocol,
    ...(grpc && { appProtocol: 'kubernetes.io/h2c' }),
  };
}
