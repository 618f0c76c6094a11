import { dirname, resolve } from 'node:path';
import type { KubeObject } from '../../cluster/meta/index.ts';

/** The parts of an InferenceService's status that tell how far it is. */
interface ServiceStatus {
  readonly url?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly modelStatus?: {
    readonly transitionStatus?: string;
    readonly states?: { readonly targetModelState?: string };
    readonly lastFailureInfo?: { readonly reason?: string; readonly message?: string };
  };
}

export interface Progress {
  readonly state: 'waiting' | 'ready' | 'failed';
  /** In words, for people. */
  readonly text: string;
}

export const serviceGroup = 'serving.kserve.io';

export function isInferenceService({ kind, apiVersion }: KubeObject): boolean {
  return kind === 'InferenceService' && apiVersion.startsWith(`${serviceGroup}/`);
}

/** How far an InferenceService is, told from its status. Pure. */
export function progressOf(service: KubeObject): Progress {
  const status = (service['status'] ?? {}) as ServiceStatus;
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True' && isObserved(service)) return { state: 'ready', text: 'ready' };
  const { lastFailureInfo: failure, transitionStatus = '', states } = status.modelStatus ?? {};
  if (failure !== undefined && ['BlockedByFailedLoad', 'InvalidSpec'].includes(transitionStatus)) {
    return {
      state: 'failed',
      text: `${failure.reason ?? 'failed'}: ${failure.message ?? 'no reason given'}`,
    };
  }
  const why = ready?.message ?? ready?.reason;
  const model = states?.targetModelState ?? '';
  const told = model === '' || model === 'Pending' ? (why ?? 'waiting for its controller') : wordsFor(model);
  return { state: 'waiting', text: told };
}

function wordsFor(state: string): string {
  const words: Readonly<Record<string, string>> = {
    Loading: 'the model is being fetched',
    Loaded: 'the model is loaded, the route is made',
    Standby: 'the model stands by',
    FailedToLoad: 'the model could not be loaded, another try follows',
  };
  return words[state] ?? state;
}

/** A status from before the last change says nothing of it. */
function isObserved(service: KubeObject): boolean {
  const { observedGeneration } = (service['status'] ?? {}) as { observedGeneration?: number };
  return observedGeneration === undefined || observedGeneration >= (service.metadata.generation ?? 0);
}

/** An InferenceService whose models are named by paths relative to its file (`./model.joblib`), with whole ones in their place. */
export function withLocalModels<Item extends KubeObject>(object: Item, file: string): Item {
  if (!isInferenceService(object) || file === 'STDIN') return object;
  return { ...object, spec: located(object['spec'], dirname(file)) };
}

function located(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map(item => located(item, folder));
  if (typeof value !== 'object' || value === null) return value;
  const place = (key: string, inner: unknown): unknown =>
    key === 'storageUri' && typeof inner === 'string' && /^\.\.?\//.test(inner)
      ? `file://${resolve(folder, inner)}`
      : located(inner, folder);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, place(key, inner)]));
}
