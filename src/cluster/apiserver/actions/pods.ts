import {
  internalError,
  type KubeObject,
  notFound,
  selectorOf,
  type SelectorObject,
  StatusError,
} from '../../meta/index.ts';
import type { Stored } from '../../store/index.ts';
import type { ActionHandler, KindCall } from '../call.ts';
import { decodeObject } from '../requests/decode.ts';
import { withMeta } from '../writes/form.ts';
import { deleteOptions, writeOptions } from '../requests/options.ts';
import { placeOf, resourceOf } from '../reads/read.ts';
import { removeObject } from '../writes/remove.ts';
import { timestamp } from '../writes/write.ts';

/** That something is done. */
export const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

interface Condition {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Budget extends KubeObject {
  readonly spec?: { readonly selector?: SelectorObject };
  readonly status?: { readonly disruptionsAllowed?: number };
}

/** Answers Eviction: a deletion that disruption budgets may forbid. */
export const eviction: ActionHandler = async call => {
  const options = writeOptions('CreateOptions', call.query);
  const object = decodeObject(call, options.fieldValidation);
  const pod = call.parts.store.get(placeOf(call));
  if (pod === undefined) throw notFound(resourceOf(call.kind), call.info.name);
  await spend(call, pod, options.dryRun);
  if (!options.dryRun) await mark(call, pod);
  const asked = (object['deleteOptions'] ?? {}) as Parameters<typeof deleteOptions>[0];
  const deletion = deleteOptions(asked, call.query);
  await removeObject(call, call.info.name, { ...deletion, dryRun: options.dryRun || deletion.dryRun });
  return { status: 201, object: success };
};

/** Says in the pod's conditions why it goes. */
async function mark(call: KindCall, { place, object: { metadata } }: Stored): Promise<void> {
  if (metadata.deletionTimestamp !== undefined) return;
  const condition: Condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(call.parts.now()),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  await call.parts.store.write(place, current => {
    if (current === undefined) return { keep: true };
    const status = (current.object['status'] ?? {}) as { conditions?: readonly Condition[] };
    const others = (status.conditions ?? []).filter(one => one.type !== condition.type);
    return { write: { ...current.object, status: { ...status, conditions: [...others, condition] } } };
  });
}

/** Takes one disruption from the budget that the pod falls under. */
async function spend(call: KindCall, pod: Stored, dryRun: boolean): Promise<void> {
  const { phase } = (pod.object['status'] ?? {}) as { phase?: string };
  if (phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending') return;
  if (pod.object.metadata.deletionTimestamp !== undefined) return;
  const { namespace } = pod.place;
  const { items } = call.parts.store.list('policy/poddisruptionbudgets', { namespace });
  const budgets = items.filter(({ object }) =>
    selectorOf((object as Budget).spec?.selector).matches(pod.object.metadata.labels),
  );
  if (budgets.length > 1) {
    throw internalError(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const [budget] = budgets;
  if (budget === undefined) return;
  await call.parts.store.write(budget.place, current => {
    const { object } = current ?? budget;
    const allowed = (object as Budget).status?.disruptionsAllowed ?? 0;
    if (allowed <= 0) throw tooMany(object);
    if (dryRun) return { keep: true };
    return {
      write: { ...object, status: { ...(object as Budget).status, disruptionsAllowed: allowed - 1 } },
    };
  });
}

function tooMany(budget: KubeObject): StatusError {
  const { name } = withMeta(budget, {}).metadata;
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  return new StatusError(429, 'TooManyRequests', message, {
    causes: [
      {
        reason: 'DisruptionBudget',
        message: `The disruption budget ${name} does not allow evicting pods currently`,
      },
    ],
  });
}
