import type { KubeObject } from '../../meta/index.ts';
import { controlledBy } from '../../view/index.ts';
import { childName } from './naming.ts';
import { placed, queuePorts, queueProxy, servingContainer, userPortOf } from './queueproxy.ts';
import { annotations, labels, type Revision, type RevisionContainer, without } from './shapes.ts';

/** What runs a revision (Knative's `MakeDeployment`); the number of pods is the autoscaler's to change later. */
export function deploymentOf(revision: Revision, image: string, replicas: number): KubeObject {
  const own = childLabels(revision);
  const kept = without(
    revision.metadata.annotations,
    name => isRouting(name) || name.startsWith('autoscaling.knative.dev/'),
  );
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: deploymentName(revision),
      ...(revision.metadata.namespace !== undefined && { namespace: revision.metadata.namespace }),
      labels: own,
      annotations: kept,
      ownerReferences: [controlledBy(revision)],
    },
    spec: {
      replicas,
      selector: { matchLabels: { [labels.revisionUid]: revision.metadata.uid ?? '' } },
      template: {
        metadata: { labels: own, annotations: podAnnotations(revision, kept) },
        spec: podOf(revision, image),
      },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      revisionHistoryLimit: 0,
      progressDeadlineSeconds: 600,
    },
  };
}

export function deploymentName({ metadata }: Revision): string {
  return childName(metadata.name ?? '', '-deployment');
}

/** Labels of everything below a revision. */
export function childLabels({ metadata }: Revision): Record<string, string> {
  const { name = '', uid = '' } = metadata;
  return {
    ...without(metadata.labels, label => label === labels.routingState),
    app: name,
    [labels.revision]: name,
    [labels.revisionUid]: uid,
  };
}

/** Annotations of a revision that say where requests go, which is not its children's to say. */
export function isRouting(name: string): boolean {
  return name === annotations.routes || name === annotations.routingStateModified;
}

function podAnnotations({ spec }: Revision, kept: Record<string, string>): Record<string, string> {
  const main = servingContainer(spec.containers)?.name ?? '';
  return { ...kept, 'kubectl.kubernetes.io/default-container': main };
}

function podOf(revision: Revision, image: string): object {
  const {
    containers,
    containerConcurrency: _concurrency,
    timeoutSeconds = 300,
    responseStartTimeoutSeconds: _start,
    idleTimeoutSeconds: _idle,
    ...rest
  } = revision.spec;
  const main = servingContainer(containers);
  const matchLabels = { [labels.revision]: revision.metadata.name ?? '' };
  const apart = {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { labelSelector: { matchLabels }, topologyKey: 'kubernetes.io/hostname' },
        },
      ],
    },
  };
  return {
    affinity: apart,
    enableServiceLinks: false,
    ...rest,
    containers: [
      ...containers.map(one => (one === main ? mainContainer(one, revision) : sidecar(one, revision))),
      queueProxy(revision, image),
    ],
    terminationGracePeriodSeconds: timeoutSeconds,
  };
}

function mainContainer(container: RevisionContainer, revision: Revision): object {
  const { readinessProbe: _asked, ...rest } = container;
  const port = userPortOf(container);
  return {
    ...dressed(rest, [...(container.env ?? []), { name: 'PORT', value: String(port) }], revision),
    ports: [{ name: 'user-port', containerPort: port, protocol: 'TCP' }],
    ...(container.livenessProbe !== undefined && { livenessProbe: probe(container.livenessProbe, port) }),
    ...(container.startupProbe !== undefined && { startupProbe: probe(container.startupProbe, port) }),
  };
}

function sidecar(container: RevisionContainer, revision: Revision): object {
  return dressed(container, container.env ?? [], revision);
}

/** A container with what Knative tells it, which waits for its requests before it ends. */
function dressed(container: RevisionContainer, env: readonly object[], { metadata }: Revision): object {
  const told = (name: string, value = ''): object => ({ name, value });
  return {
    ...container,
    env: [
      ...env,
      told('K_REVISION', metadata.name),
      told('K_CONFIGURATION', metadata.labels?.[labels.configuration]),
      told('K_SERVICE', metadata.labels?.[labels.service]),
    ],
    lifecycle: {
      preStop: { httpGet: { path: '/wait-for-drain', port: queuePorts.admin, scheme: 'HTTP' } },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

function probe(given: Readonly<Record<string, unknown>>, port: number): object {
  const places = ['httpGet', 'tcpSocket', 'grpc'].filter(place => given[place] !== undefined);
  return { ...given, ...Object.fromEntries(places.map(place => [place, placed(given[place], port)])) };
}
