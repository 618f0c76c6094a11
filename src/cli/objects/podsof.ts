import { pathOf, ResourceClient, throwIfFailed } from '../../cluster/client/index.ts';
import type { KubeObject, SelectorObject } from '../../cluster/meta/index.ts';
import { Complaint } from './failures.ts';
import { kindOf } from './kinds.ts';
import type { Session } from './session.ts';
import type { Target } from './targets.ts';

/** The parts of a pod that decide which of several is meant, and which of its containers. */
export interface PodFields extends KubeObject {
  readonly spec: {
    readonly containers: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Kinds whose pods are known by labels that carry their name. */
const labelled: Readonly<Record<string, (name: string) => string>> = {
  'InferenceService.serving.kserve.io': name =>
    `serving.kserve.io/inferenceservice=${name},component=predictor`,
  'InferenceGraph.serving.kserve.io': name => `serving.kserve.io/inferencegraph=${name}`,
  'Service.serving.knative.dev': name => `serving.knative.dev/service=${name}`,
  'Configuration.serving.knative.dev': name => `serving.knative.dev/configuration=${name}`,
  'Revision.serving.knative.dev': name => `serving.knative.dev/revision=${name}`,
};

/**
 * The pod that is meant: the named one, or the best of those that belong to what is named.
 * @throws StatusError 404, Complaint when it has no pods
 */
export async function podOf(target: Target, session: Session): Promise<PodFields> {
  const { kind, namespace, name = '' } = target;
  const reply = await session.transport.ask({ method: 'GET', path: pathOf(kind, namespace, name) });
  throwIfFailed(reply);
  const object = reply.body as KubeObject;
  if (kind.kind === 'Pod' && kind.group === '') return object as PodFields;
  const labels = labelled[`${kind.kind}.${kind.group}`]?.(name) ?? selectorText(object);
  if (labels === undefined)
    throw new Complaint(`${kind.plural} ${JSON.stringify(name)} has no pods of its own`);
  const pods = new ResourceClient<PodFields>(session.transport, kindOf('pods', await session.kinds()));
  const { items } = await pods.list({ namespace, labelSelector: labels });
  const [best, ...others] = items.toSorted((a, b) => rank(b) - rank(a) || madeAt(b) - madeAt(a));
  if (best === undefined) throw new Complaint(`no pod belongs to ${kind.plural}/${name} at the moment`);
  if (others.length > 0) {
    session.io.err(`Found ${items.length} pods, using pod/${best.metadata.name}\n`);
  }
  return best;
}

function rank({ metadata, status }: PodFields): number {
  if (metadata.deletionTimestamp !== undefined) return 0;
  const ready = status?.conditions?.some(one => one.type === 'Ready' && one.status === 'True') === true;
  return ready ? 3 : status?.phase === 'Running' ? 2 : 1;
}

function madeAt({ metadata }: PodFields): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

/** What a workload or a service selects, as a query writes it; undefined when it selects nothing. */
export function selectorText(object: KubeObject): string | undefined {
  const { selector } = (object['spec'] ?? {}) as { selector?: SelectorObject | Record<string, string> };
  if (selector === undefined) return undefined;
  const whole = 'matchLabels' in selector || 'matchExpressions' in selector;
  const { matchLabels = {}, matchExpressions = [] } = (
    whole ? selector : { matchLabels: selector }
  ) as SelectorObject;
  const terms = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `!${key}`;
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
    }),
  ];
  return terms.length === 0 ? undefined : terms.join(',');
}
