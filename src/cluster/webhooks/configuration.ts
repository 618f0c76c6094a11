import type { KubeObject, SelectorObject } from '../meta/index.ts';
import type { MatchPolicy } from './versions.ts';

/** What a webhook, or a policy, is about. */
export interface Selection {
  readonly rules?: readonly Rule[];
  /** Absent: `Equivalent`. */
  readonly matchPolicy?: MatchPolicy;
  readonly namespaceSelector?: SelectorObject;
  readonly objectSelector?: SelectorObject;
}

/** The parts of a webhook's configuration (`admissionregistration.k8s.io/v1`) that decide whether and how it is called. */
export interface Webhook extends Selection {
  readonly name: string;
  readonly clientConfig: ClientConfig;
  readonly failurePolicy?: 'Fail' | 'Ignore';
  readonly sideEffects?: string;
  readonly timeoutSeconds?: number;
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly reinvocationPolicy?: 'Never' | 'IfNeeded';
}

export interface ClientConfig {
  readonly url?: string;
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly path?: string;
    readonly port?: number;
  };
  /** PEM in base64. */
  readonly caBundle?: string;
}

export interface Rule {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly scope?: string;
}

export interface Configuration extends KubeObject {
  readonly webhooks?: readonly Webhook[];
}
