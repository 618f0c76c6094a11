import { type KubeObject, parseQuantity } from '../meta/index.ts';
import type { PodContainer, Resources } from './pods.ts';

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

interface PodSpec {
  readonly activeDeadlineSeconds?: number;
  readonly priorityClassName?: string;
  readonly containers?: readonly PodContainer[];
  readonly initContainers?: readonly PodContainer[];
  readonly resources?: Resources;
  readonly affinity?: object;
}

interface Claim extends KubeObject {
  readonly spec?: { readonly volumeAttributesClassName?: string };
  readonly status?: {
    readonly currentVolumeAttributesClassName?: string;
    readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string };
  };
}

type Scopes = (requirement: Requirement, object: KubeObject) => boolean;

/** Kinds that scopes choose among. */
const scoped: Readonly<Record<string, Scopes>> = {
  pods: (requirement, pod) => matchesPod(requirement, pod['spec'] ?? {}),
  persistentvolumeclaims: matchesClaim,
};

/** Whether a quota counts an object: one with scopes counts those alone that match every scope. Pure. */
export function inScope({ spec }: Quota, resource: string, object: KubeObject): boolean {
  const scopes = (spec?.scopes ?? []).map(scopeName => ({ scopeName, operator: 'Exists' }));
  const requirements = [...scopes, ...(spec?.scopeSelector?.matchExpressions ?? [])];
  return requirements.every(one => scoped[resource]?.(one, object) === true);
}

/** Whether a pod ends by itself after a time. */
export function isTerminating(pod: KubeObject): boolean {
  return (pod['spec'] as PodSpec | undefined)?.activeDeadlineSeconds !== undefined;
}

function matchesPod({ scopeName, operator, values = [] }: Requirement, pod: PodSpec): boolean {
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

/** A claim has the class it asks for, the one it has, and the one that it is being given. */
function matchesClaim({ scopeName, operator, values = [] }: Requirement, { spec, status }: Claim): boolean {
  if (scopeName !== 'VolumeAttributesClass') return false;
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter(name => name !== undefined && name !== '');
  return (names.length === 0 ? [''] : names).some(name => hasClass(name as string, operator, values));
}

function hasClass(name: string, operator: string, values: readonly string[]): boolean {
  if (operator === 'In') return values.includes(name);
  if (operator === 'NotIn') return !values.includes(name);
  return (name !== '') === (operator === 'Exists');
}

function isBestEffort({ containers = [], initContainers = [], resources }: PodSpec): boolean {
  return [{ resources }, ...containers, ...initContainers].every(one =>
    [one.resources?.requests, one.resources?.limits].every(
      amounts => isNothing(amounts?.['cpu']) && isNothing(amounts?.['memory']),
    ),
  );
}

function isNothing(amount = '0'): boolean {
  return parseQuantity(amount)?.digits === 0n;
}
