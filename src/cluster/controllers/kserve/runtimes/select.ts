import type { Model, ModelFormat, Runtime, RuntimeSpec } from '../shapes.ts';

/** The runtimes that a service can be given to: of its namespace and of the cluster. */
export interface Runtimes {
  readonly inNamespace: readonly Runtime[];
  readonly inCluster: readonly Runtime[];
}

export interface Selected {
  readonly runtime: Runtime;
  readonly ofCluster: boolean;
}

/** Why no runtime takes a model: what `status.modelStatus` says and what the event says. */
export interface NoRuntime {
  readonly reason: 'RuntimeNotRecognized' | 'RuntimeDisabled' | 'NoSupportingRuntime';
  readonly told: string;
  readonly error: string;
}

const protocols = ['v1', 'v2', 'grpc-v1', 'grpc-v2'];

/**
 * Chooses the runtime of a model by KServe's algorithm (v0.20 `GetSupportingRuntimes`): one that is named, or of those that can, the
 * one of the highest priority; the namespace's come before the cluster's. Pure.
 */
export function selectRuntime(model: Model, runtimes: Runtimes, multiNode: boolean): Selected | NoRuntime {
  return model.runtime === undefined
    ? automatic(model, runtimes, multiNode)
    : named(model, model.runtime, runtimes);
}

export function isNoRuntime(selection: Selected | NoRuntime): selection is NoRuntime {
  return 'reason' in selection;
}

function named(model: Model, name: string, { inNamespace, inCluster }: Runtimes): Selected | NoRuntime {
  const own = inNamespace.find(one => one.metadata.name === name);
  const runtime = own ?? inCluster.find(one => one.metadata.name === name);
  if (runtime === undefined) {
    const error = `No ServingRuntimes or ClusterServingRuntimes with the name: ${name}`;
    return { reason: 'RuntimeNotRecognized', told: 'Waiting for runtime to become available', error };
  }
  if (runtime.spec.disabled === true) {
    const error = `specified runtime ${name} is disabled`;
    return { reason: 'RuntimeDisabled', told: 'Specified runtime is disabled', error };
  }
  if (model.protocolVersion !== undefined && !speaks(runtime.spec, model.protocolVersion)) {
    return lacks(name, 'does not support specified protocol version');
  }
  if (!supports(runtime.spec, model, false)) {
    return lacks(name, 'does not support specified framework/version');
  }
  return { runtime, ofCluster: own === undefined };
}

function lacks(name: string, what: string): NoRuntime {
  return {
    reason: 'NoSupportingRuntime',
    told: `Specified runtime ${what}`,
    error: `specified runtime ${name} ${what}`,
  };
}

function automatic(
  model: Model,
  { inNamespace, inCluster }: Runtimes,
  multiNode: boolean,
): Selected | NoRuntime {
  const own = best(inNamespace, model, multiNode);
  const runtime = own ?? best(inCluster, model, multiNode);
  if (runtime !== undefined) return { runtime, ofCluster: own === undefined };
  const { name, version } = model.modelFormat;
  return {
    reason: 'NoSupportingRuntime',
    told: 'No runtime found to support specified framework/version',
    error: `no runtime found to support predictor with model type: {${name} ${version ?? '<nil>'}}`,
  };
}

function best(runtimes: readonly Runtime[], model: Model, multiNode: boolean): Runtime | undefined {
  const fitting = runtimes.toSorted(order).filter(({ spec }) => fits(spec, model, multiNode));
  const { name } = model.modelFormat;
  const rank = ({ spec }: Runtime): number => priorityOf(spec, name) ?? -Infinity;
  return fitting.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)))[0];
}

function fits(spec: RuntimeSpec, model: Model, multiNode: boolean): boolean {
  return (
    spec.disabled !== true &&
    spec.multiModel !== true &&
    supports(spec, model, true) &&
    speaks(spec, model.protocolVersion ?? 'v1') &&
    (spec.workerSpec !== undefined) === multiNode
  );
}

/** Lowest protocol first, then the youngest, then by name. */
function order(a: Runtime, b: Runtime): number {
  const protocol = lowest(a.spec) - lowest(b.spec);
  if (protocol !== 0) return protocol;
  const [left = '', right = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (left !== right) return left > right ? -1 : 1;
  const [first = '', second = ''] = [a.metadata.name, b.metadata.name];
  return first < second ? -1 : 1;
}

function lowest({ protocolVersions = [] }: RuntimeSpec): number {
  const ranks = protocolVersions
    .map(one => protocols.indexOf(one))
    .map(rank => (rank < 0 ? protocols.length : rank));
  return Math.min(protocols.length, ...ranks);
}

/** The protocol that a model speaks that names none: the lowest of its runtime's. */
export function usualProtocol(spec: RuntimeSpec): string {
  return protocols[lowest(spec)] ?? 'unknown';
}

function speaks({ protocolVersions = [] }: RuntimeSpec, protocol: string): boolean {
  return protocolVersions.length === 0 || protocolVersions.includes(protocol);
}

function supports({ supportedModelFormats = [] }: RuntimeSpec, model: Model, byItself: boolean): boolean {
  const { name, version } = model.modelFormat;
  const isFormat = (one: ModelFormat): boolean =>
    one.name === name && (version === undefined || one.version === version);
  return supportedModelFormats.some(one => isFormat(one) && (!byItself || one.autoSelect === true));
}

function priorityOf({ supportedModelFormats = [] }: RuntimeSpec, format: string): number | undefined {
  return supportedModelFormats.find(one => one.name === format)?.priority;
}
