import { definitionShape } from '../../../kinds/index.ts';
import { strategicMergePatch } from '../../../patch/index.ts';
import type { Container, PodSpec, RuntimeSpec } from '../shapes.ts';

/** Fields of a pod that a runtime may say; its containers are merged apart. */
const podFields = [
  'nodeSelector',
  'affinity',
  'tolerations',
  'volumes',
  'imagePullSecrets',
  'schedulerName',
  'resourceClaims',
  'hostIPC',
];

/** Fields of a model or predictor that are KServe's and not a container's or pod's. */
const modelFields = [
  'modelFormat',
  'runtime',
  'runtimeVersion',
  'protocolVersion',
  'storageUri',
  'storage',
  'confidential',
];
const componentFields = [
  'model',
  'name',
  'workerSpec',
  'art',
  'minReplicas',
  'maxReplicas',
  'scaleTarget',
  'scaleMetric',
  'scaleMetricType',
  'autoScaling',
  'containerConcurrency',
  'timeout',
  'canaryTrafficPercent',
  'logger',
  'batcher',
  'labels',
  'annotations',
  'deploymentStrategy',
  'storageUris',
  'storageContainerName',
  'pipelineParallelSize',
  'tensorParallelSize',
];

/**
 * A runtime's container with what the service says of it: a strategic merge, in which arguments come one after the other and a
 * variable of both is the service's. Pure.
 */
export function mergedContainer(base: Container, said: Partial<Container>): Container {
  const patch = stripped(said, [...modelFields, 'name']);
  const merged = strategicMergePatch(base, patch, shape('Container')) as Container;
  const args = [...(base.args ?? []), ...(said.args ?? [])];
  const env = merged.env?.map(one => replaced(one, said.env));
  return {
    ...merged,
    name: base.name,
    ...(args.length > 0 && { args }),
    ...(env !== undefined && { env }),
  };
}

/** A variable has a value or a source, never both: the service's say counts. */
function replaced(one: { readonly name: string }, said: Container['env']): { readonly name: string } {
  return said?.find(({ name }) => name === one.name) ?? one;
}

/** The pod of a runtime with what the service's component says of it, without containers. Pure. */
export function mergedPod(runtime: RuntimeSpec, component: Readonly<Record<string, unknown>>): PodSpec {
  const base = Object.fromEntries(
    podFields.filter(name => runtime[name] !== undefined).map(name => [name, runtime[name]]),
  );
  const patch = podOf(component);
  return strategicMergePatch(base, { ...patch, containers: undefined }, shape('PodSpec')) as PodSpec;
}

/** What a component says of its pod. */
export function podOf(component: Readonly<Record<string, unknown>>): PodSpec {
  return { containers: [], ...stripped(component, componentFields) };
}

function stripped(
  object: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  const kept = Object.entries(object).filter(([name, value]) => value !== undefined && !names.includes(name));
  return Object.fromEntries(kept);
}

function shape(kind: string): NonNullable<ReturnType<typeof definitionShape>> {
  const found = definitionShape('', 'v1', kind);
  if (found === undefined) throw new Error(`no shape of ${kind}`);
  return found;
}
