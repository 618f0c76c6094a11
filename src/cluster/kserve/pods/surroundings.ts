import type { Lookup } from '../../admission/index.ts';
import type { Configuration } from '../config/shape.ts';

/** What a pod is completed from, beside itself. */
export interface Surroundings {
  /** Looks up secrets, service accounts, ClusterStorageContainers. */
  readonly lookup: Lookup;
  readonly namespace: string;
  readonly configuration: Configuration;
  /** Of the pod, or of the component that it is for. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Why a pod cannot be completed, in words for who made it. */
export class PodFault extends Error {}
