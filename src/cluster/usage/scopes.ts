import type { KubeObject } from '../meta/index.ts';

export interface Quota extends KubeObject {
  readonly spec?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: readonly Requirement[] };
  };
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

interface Requirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface Amounts {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

interface PodSpec {
  readonly activeDeadlineSeconds?: number;
  readonly priorityClassName?: string;
  readonly containers?: readonly { readonly resources?: Amounts }[];
  readonly initContainers?: readonly { readonly resources?: Amounts }[];
  readonly affinity?: object;
}

/** Whether a quota counts an object: one with scopes counts pods alone, those that match every scope. Pure. */
export function inScope({ spec }: Quota, resource: string, object: KubeObject): boolean {
  const scopes = (spec?.scopes ?? []).map(scopeName => ({ scopeName, operator: 'Exists' }));
  const requirements = [...scopes, ...(spec?.scopeSelector?.matchExpressions ?? [])];
  if (requirements.length === 0) return true;
  if (resource !== 'pods') return false;
  const pod = (object['spec'] ?? {}) as PodSpec;
  return requirements.every(one => matches(one, pod));
}

function matches({ scopeName, operator, values = [] }: Requirement, pod: PodSpec): boolean {
  switch (scopeName) {
    case 'Terminating':
      return pod.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return pod.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return isBestEffort(pod);
    case 'NotBestEffort':
      return !isBestEffort(pod);
    case 'PriorityClass':
      return hasClass(pod.priorityClassName ?? '', operator, values);
    case 'CrossNamespacePodAffinity':
      return /"(namespaces|namespaceSelector)":/.test(JSON.stringify(pod.affinity ?? {}));
    default:
      return false;
  }
}

function hasClass(name: string, operator: string, values: readonly string[]): boolean {
  if (operator === 'In') return values.includes(name);
  if (operator === 'NotIn') return !values.includes(name);
  return (name !== '') === (operator === 'Exists');
}

function isBestEffort({ containers = [], initContainers = [] }: PodSpec): boolean {
  return [...containers, ...initContainers].every(({ resources }) =>
    [resources?.requests, resources?.limits].every(
      amounts => amounts?.['cpu'] === undefined && amounts?.['memory'] === undefined,
    ),
  );
}
