import type { Configuration } from '../../../kserve/index.ts';
import type { ComponentName, Container, Extension, InferenceService, PodSpec } from '../shapes.ts';
import type { Runtimes } from '../runtimes/select.ts';
import type { StorageContainer } from './storage.ts';

/** What components are made of. */
export interface Surroundings {
  readonly configuration: Configuration;
  readonly runtimes: Runtimes;
  readonly storageContainers: readonly StorageContainer[];
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
