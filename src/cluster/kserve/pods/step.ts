import type { Admission, AdmissionRequest, Lookup } from '../../admission/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import type { Configuration } from '../config/shape.ts';
import { fieldsOf, itemsOf } from '../untyped.ts';
import { denied } from '../webhooks.ts';
import { addAgent } from './agent/agent.ts';
import { addMount, type ContainerDraft, type PodDraft } from './draft.ts';
import { addGuard } from './guard.ts';
import { addMetrics } from './metrics.ts';
import { addModelImage } from './storage/images.ts';
import { addModel } from './storage/single.ts';
import { PodFault, type Surroundings } from './surroundings.ts';

const name = 'inferenceservice.kserve-webhook-server.pod-mutator';
const label = 'serving.kserve.io/inferenceservice';

/** Completes the pods of InferenceServices as KServe's webhook for pods does: models, credentials, agent, metrics. */
export function podStep(lookup: Lookup, configuration: () => Configuration): Admission {
  return {
    name,
    concerns: ({ operation, kind, subresource, object }) =>
      operation === 'CREATE' &&
      kind.resource === 'pods' &&
      subresource === '' &&
      object?.metadata.labels?.[label] !== undefined,
    mutate: request => {
      try {
        return completed(request, lookup, configuration());
      } catch (error) {
        if (error instanceof PodFault) throw denied(name, error.message);
        throw error;
      }
    },
  };
}

function completed(request: AdmissionRequest, lookup: Lookup, configuration: Configuration): KubeObject {
  const given = request.object as KubeObject;
  // What a pod has to have is looked at after this; one without containers is left for that to refuse.
  if (itemsOf(fieldsOf(given['spec'])?.['containers']).length === 0) return given;
  const pod = structuredClone(given) as unknown as PodDraft;
  const { labels = {}, annotations = {} } = given.metadata;
  const { namespace } = request;
  const around: Surroundings = { lookup, namespace, configuration, annotations };
  const service = lookup.get('serving.kserve.io/inferenceservices', namespace, labels[label] ?? '');
  const before = new Set(containersOf(pod).map(one => one.name));
  selectAccelerator(pod, annotations);
  addModel(pod, around);
  addAgent(pod, service, around);
  addMetrics(pod, configuration.metricsAggregator);
  addModelImage(pod, around);
  addGuard(pod, labels[label] ?? '', around);
  mountToken(pod, before);
  return pod as unknown as KubeObject;
}

function containersOf({ spec }: PodDraft): ContainerDraft[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** Google's clusters choose a node by the accelerator that an annotation names. */
function selectAccelerator({ spec }: PodDraft, annotations: Readonly<Record<string, string>>): void {
  const accelerator = annotations['serving.kserve.io/gke-accelerator'];
  const asks = spec.containers.some(one => one.resources?.limits?.['nvidia.com/gpu'] !== undefined);
  if (accelerator === undefined || !asks) return;
  spec.nodeSelector = { ...spec.nodeSelector, 'cloud.google.com/gke-accelerator': accelerator };
}

/** Containers that have come now are given the service account's token as the others were before. */
function mountToken(pod: PodDraft, before: ReadonlySet<string>): void {
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const all = containersOf(pod);
  const mount = all.flatMap(one => one.volumeMounts ?? []).find(one => one.mountPath === folder);
  if (mount === undefined) return;
  for (const container of all) {
    const has = container.volumeMounts?.some(one => one.mountPath === folder) ?? false;
    if (!before.has(container.name) && !has) addMount(container, mount);
  }
}
