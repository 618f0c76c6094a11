import { forbidden, type KubeObject } from '../meta/index.ts';
import type { Admission } from './contract.ts';
import type { Lookup } from './reading.ts';

interface PriorityClass extends KubeObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

/** Pods get the number of their priority class, or of the default one (the Priority plugin). */
export function priorityAdmission(lookup: Lookup): Admission {
  return {
    name: 'Priority',
    concerns: ({ operation, kind, subresource }) =>
      operation === 'CREATE' && kind.resource === 'pods' && subresource === '',
    mutate: request => {
      const pod = request.object as KubeObject;
      const spec = pod['spec'] as Readonly<Record<string, unknown>>;
      const named = spec['priorityClassName'] as string | undefined;
      const found = classOf(lookup, named);
      if (named !== undefined && named !== '' && found === undefined) {
        const detail = `no PriorityClass with name ${named} was found`;
        throw forbidden({ group: '', resource: 'pods' }, request.name, detail);
      }
      return { ...pod, spec: withPriority(spec, found) };
    },
  };
}

function classOf(lookup: Lookup, name: string | undefined): PriorityClass | undefined {
  const resource = 'scheduling.k8s.io/priorityclasses';
  if (name !== undefined && name !== '') return lookup.get(resource, '', name);
  return lookup.list(resource).find((one: PriorityClass) => one.globalDefault === true);
}

function withPriority(
  spec: Readonly<Record<string, unknown>>,
  found: PriorityClass | undefined,
): Readonly<Record<string, unknown>> {
  return {
    ...spec,
    ...(found !== undefined && { priorityClassName: found.metadata.name }),
    priority: found?.value ?? 0,
    preemptionPolicy: spec['preemptionPolicy'] ?? found?.preemptionPolicy ?? 'PreemptLowerPriority',
  };
}
