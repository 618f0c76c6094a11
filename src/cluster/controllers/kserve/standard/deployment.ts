import type { Configuration } from '../../../kserve/index.ts';
import type { Component } from '../components/component.ts';
import type { Child } from '../children.ts';
import {
  autoscalerAnnotation,
  type Container,
  mainContainer,
  type PodSpec,
  transformerContainer,
} from '../shapes.ts';
import type { Metadata } from './metadata.ts';
import { replicaBounds } from './scaler.ts';

/**
 * The Deployment of a component. How many pods it has stays within the bounds of its autoscaler; nobody else holds them there yet.
 * `running` is how many it asks for now. Pure.
 */
export function deploymentOf(
  component: Component,
  metadata: Metadata,
  configuration: Configuration,
  running: number | undefined,
): Child {
  const { labels = {}, ...rest } = metadata;
  const { name, namespace, annotations } = rest;
  const app = appLabel(component.name);
  const strategy = component.extension.deploymentStrategy ?? usualStrategy(configuration);
  return {
    plural: 'deployments',
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, labels: { ...labels, app } },
      spec: {
        replicas: replicasOf(component, running),
        selector: { matchLabels: { app } },
        template: {
          metadata: { name, namespace, labels: { ...labels, app }, annotations },
          spec: completed(component.pod),
        },
        strategy,
      },
    },
  };
}

/** What the pods of a Deployment are found by. */
export function appLabel(name: string): string {
  return `isvc.${name}`;
}

function replicasOf({ extension, annotations }: Component, running: number | undefined): number {
  const { min, max } = replicaBounds(extension);
  switch (annotations[autoscalerAnnotation] ?? 'hpa') {
    case 'none':
      return extension.minReplicas ?? 1;
    case 'external':
      return running ?? 1;
    default:
      return Math.min(Math.max(running ?? min, min), max);
  }
}

function usualStrategy({ deploy }: Configuration): object {
  const { maxSurge = '', maxUnavailable = '' } =
    (deploy.defaultDeploymentMode === 'Standard' && deploy.defaultRollout) || {};
  return {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: maxUnavailable || '25%', maxSurge: maxSurge || '25%' },
  };
}

function completed(pod: PodSpec): PodSpec {
  return { ...pod, containers: pod.containers.map(completedContainer) };
}

/** Images that are here already are not asked for again; a server is ready when its port answers. */
function completedContainer(container: Container): Container {
  const probed = container.name === mainContainer || container.name === transformerContainer;
  const port = container.ports?.[0]?.containerPort ?? 8080;
  const readinessProbe = {
    tcpSocket: { port },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
  return {
    imagePullPolicy: 'IfNotPresent',
    ...(probed && { readinessProbe }),
    ...container,
  };
}
