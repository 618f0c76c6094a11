import type { KubeObject } from '../../meta/index.ts';

/** A subject of a RoleBinding. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly apiGroup?: string;
  readonly namespace?: string;
}

export interface ProfileCondition {
  readonly type: 'Successful' | 'Failed';
  readonly status?: string;
  readonly message?: string;
}

/** Kubeflow's Profile (kubeflow.org/v1): a namespace that belongs to somebody. */
export interface Profile extends KubeObject {
  readonly spec?: {
    readonly owner?: Subject;
    readonly resourceQuotaSpec?: { readonly hard?: Readonly<Record<string, unknown>> };
  };
  readonly status?: { readonly conditions?: readonly ProfileCondition[] };
}

export interface RoleBinding extends KubeObject {
  readonly roleRef: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}
