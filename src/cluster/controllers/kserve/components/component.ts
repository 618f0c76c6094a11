import {
  type Configuration,
  PodFault,
  type Surroundings as PodSurroundings,
  withStorageUris,
} from '../../../kserve/index.ts';
import type { ComponentName, Container, Extension, InferenceService, PodSpec, Storage } from '../shapes.ts';
import type { Runtimes } from '../runtimes/select.ts';
import { SpecFault } from './fault.ts';
import type { StorageContainer } from './storage.ts';

/** What components are made of. */
export interface Surroundings {
  readonly configuration: Configuration;
  readonly runtimes: Runtimes;
  readonly storageContainers: readonly StorageContainer[];
  /** Finds secrets, service accounts and storage containers, by which models are fetched. */
  readonly lookup: PodSurroundings['lookup'];
}

/** A component worked out: the pod it runs, and what its objects are called and labelled, in either mode. */
export interface Component {
  readonly component: ComponentName;
  /** Of the Deployment or Knative Service. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly pod: PodSpec;
  readonly extension: Extension;
}

/**
 * A component into whose pod the models come that its `storageUris` name.
 * @throws SpecFault when they cannot come.
 */
export function withModels<Made extends Component>(
  component: Made,
  { metadata }: InferenceService,
  { configuration, lookup }: Surroundings,
  storage?: Storage,
): Made {
  const { storageUris: uris = [], storageContainerName: containerName } = component.extension;
  if (uris.length === 0) return component;
  const { annotations } = component;
  const said = storage && { key: storage.key ?? '', parameters: storage.parameters ?? {} };
  const around = { lookup, namespace: metadata.namespace ?? '', configuration, annotations };
  try {
    return {
      ...component,
      pod: withStorageUris(component.pod, { uris, containerName, storage: said }, around),
    };
  } catch (error) {
    if (!(error instanceof PodFault)) throw error;
    throw new SpecFault('InvalidPredictorSpec', error.message);
  }
}

/** A container with a variable, in place of what it said of it. */
export function withVariable(container: Container, name: string, value: string): Container {
  const env = container.env ?? [];
  const fresh = { name, value };
  const known = env.some(one => one.name === name);
  return { ...container, env: known ? env.map(one => (one.name === name ? fresh : one)) : [...env, fresh] };
}

/** The address that KServe's SDKs are given to reach the predictor. */
export function predictorHost(predictor: string, { metadata }: InferenceService): string {
  return `${predictor}.${metadata.namespace}`;
}

/** Arguments with those that are missing. */
export function withArguments(
  args: readonly string[],
  wanted: readonly (readonly [flag: string, value: string | undefined])[],
): readonly string[] {
  const missing = wanted.filter(
    ([flag, value]) => value !== undefined && !args.some(arg => arg.startsWith(flag)),
  ) as readonly (readonly [string, string])[];
  return [...args, ...missing.flat()];
}
