import { conditionOf, type Deployment } from '../../../view/index.ts';
import type { Said } from './conditions.ts';

/** What a component's readiness is, by its Deployment (KServe's `PropagateRawStatus`). Pure. */
export function readinessOf(deployment: Deployment | undefined): Said {
  const { conditions, observedGeneration = 0 } = deployment?.status ?? {};
  const available = conditionOf(conditions, 'Available');
  const progressing = conditionOf(conditions, 'Progressing');
  const failure = conditionOf(conditions, 'ReplicaFailure');
  if (failure?.status === 'True') return { ...said(failure), status: 'False' };
  if (available?.status === 'False') return { ...said(available), status: 'False' };
  if (progressing?.status === 'False' && (progressing.message ?? '') !== '') {
    return { ...said(progressing), status: 'False' };
  }
  // A Deployment that nobody has looked at yet says how its last spec fared.
  const current = observedGeneration >= (deployment?.metadata.generation ?? 0);
  if (progressing?.status === 'True' && progressing.reason === 'NewReplicaSetAvailable') {
    return { ...said(progressing), status: 'True' };
  }
  if (available?.status === 'True') return { ...said(available), status: 'True' };
  if (progressing?.status === 'True' && current) return { ...said(progressing), status: 'Unknown' };
  return { status: 'False' };
}

function said({ reason, message }: { readonly reason?: string; readonly message?: string }): {
  reason: string | undefined;
  message: string | undefined;
} {
  return { reason, message };
}

/** Whether what a Deployment's status says is about its spec as it is. */
export function isObserved({ metadata, status }: Deployment): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}
