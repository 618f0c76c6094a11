import { queueProbe } from '../../../../base/probes/index.ts';
import type { KubeObject } from '../../../meta/index.ts';
import { giveCredentials } from '../credentials/account.ts';
import {
  addMount,
  addVariables,
  addVolume,
  containerOf,
  type ContainerDraft,
  internal,
  type PodDraft,
  type PodSpecDraft,
  serverContainer,
  transformerContainer,
} from '../draft.ts';
import { fetchingVariables } from '../storage/containers.ts';
import type { Surroundings } from '../surroundings.ts';
import { batcherFlags, loggerFlags, loggerWishes, pullerFlags } from './flags.ts';
import { addModelFolders } from './models.ts';
import { probePath, probeText } from './probe.ts';

const agentName = 'agent';
const agentPort = 9081;

/**
 * Puts the agent before the server where a batcher, a logger or a server of several models is wanted
 * (KServe 0.20, `agent_injector.go`). `service`: the InferenceService of the pod, which says how its logger keeps what it logs.
 * @throws PodFault when a Secret of its service account is missing.
 */
export function addAgent(pod: PodDraft, service: KubeObject | undefined, around: Surroundings): void {
  const { annotations, configuration, namespace } = around;
  const wants = (name: string): boolean => annotations[internal(name)] !== undefined;
  if (!wants('logger') && !wants('agent') && !wants('batcher')) return;
  const { spec } = pod;
  if (containerOf(spec, agentName) !== undefined) return;
  const wishes = loggerWishes(service, configuration.logger);
  const agent = agentOf(spec, around, [
    ...(wants('agent') ? pullerFlags(annotations) : []),
    ...(wants('batcher') ? batcherFlags(annotations) : []),
    ...(wants('logger') ? loggerFlags(pod, namespace, configuration.logger, wishes) : []),
  ]);
  if (wants('logger')) addBundle(agent, spec, configuration.logger.caBundle);
  giveCredentials(agent, spec, around);
  const { storage } = wishes;
  if (wants('logger') && storage !== undefined) {
    giveCredentials(agent, spec, around, storage.serviceAccountName || 'logger-sa');
  }
  spec.containers.push(agent);
  if (!wants('agent')) return;
  addModelFolders(spec, agent, annotations);
  for (const variable of fetchingVariables(around)) {
    if (agent.env?.some(({ name }) => name === variable.name) !== true) addVariables(agent, [variable]);
  }
}

function agentOf(spec: PodSpecDraft, { configuration }: Surroundings, flags: string[]): ContainerDraft {
  const { image, cpuLimit, cpuRequest, memoryLimit, memoryRequest } = configuration.agent;
  const queue = containerOf(spec, 'queue-proxy');
  const transformer = containerOf(spec, transformerContainer);
  const [first] = spec.containers;
  const probe = queue === undefined ? (transformer ?? first)?.readinessProbe : undefined;
  const text = probeText(probe);
  const probing = text === undefined ? [] : [{ name: 'SERVING_READINESS_PROBE', value: text }];
  // The agent is told what the queue is told, from before the queue is sent to the agent.
  const env = queue === undefined ? probing : structuredClone(queue.env ?? []);
  if (queue?.env !== undefined) {
    queue.env = queue.env.map(one => (one.name === 'USER_PORT' ? { ...one, value: String(agentPort) } : one));
  }
  return {
    name: agentName,
    image,
    args: [...flags, '--component-port', portOf(transformer ?? containerOf(spec, serverContainer))],
    ports: [{ name: 'agent-port', containerPort: agentPort, protocol: 'TCP' }],
    ...(env.length > 0 && { env }),
    resources: {
      limits: { cpu: cpuLimit, memory: memoryLimit },
      requests: { cpu: cpuRequest, memory: memoryRequest },
    },
    readinessProbe: {
      httpGet: {
        path: text === undefined ? '/' : probePath(probe),
        port: agentPort,
        scheme: 'HTTP',
        httpHeaders: [queueProbe()],
      },
    },
    ...(first?.securityContext !== undefined && { securityContext: structuredClone(first.securityContext) }),
  };
}

function portOf(container: ContainerDraft | undefined): string {
  return String(container?.ports?.[0]?.containerPort ?? 8080);
}

/** Certificates by which the logger knows where it sends to; a ConfigMap that may be missing. */
function addBundle(agent: ContainerDraft, spec: PodSpecDraft, name: string): void {
  if (name === '') return;
  addVolume(spec, { name: 'agent-ca-bundle', configMap: { name, optional: true } });
  addMount(agent, { name: 'agent-ca-bundle', mountPath: '/etc/tls/logger', readOnly: true });
}
