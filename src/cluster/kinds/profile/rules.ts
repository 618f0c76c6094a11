import {
  type FieldError,
  invalidValue,
  type KubeObject,
  labelFaults,
  requiredValue,
  unsupportedValue,
} from '../../meta/index.ts';
import type { Rules } from '../kind.ts';

interface ProfileSpec {
  readonly owner?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
  readonly plugins?: readonly unknown[];
}

const subjectKinds = ['Group', 'ServiceAccount', 'User'];

/** Namespaces that are not to become somebody's by a Profile of their name. */
const taken = new Set(['default', 'kubeflow', 'kserve', 'istio-system', 'knative-serving', 'auth']);

/** What has to be so that a namespace can be made of a Profile: Kubeflow's controller would try in vain for ever. */
export const profiles: Rules = {
  validateCreate: object => [...nameErrors(object), ...ownerErrors(object)],
  validateUpdate: object => ownerErrors(object),
  warnings: object =>
    (specOf(object).plugins ?? []).length === 0
      ? []
      : ['spec.plugins is kept, and nothing is done for it: there is no cloud to give identities'],
};

function specOf(object: KubeObject): ProfileSpec {
  return object['spec'] ?? {};
}

function nameErrors({ metadata }: KubeObject): FieldError[] {
  const { name = '' } = metadata;
  const faults = labelFaults(name);
  if (taken.has(name) || name.startsWith('kube-')) {
    faults.push('is a namespace of the system, which belongs to nobody');
  }
  return faults.map(fault => invalidValue('metadata.name', name, fault));
}

function ownerErrors(object: KubeObject): FieldError[] {
  const { owner } = specOf(object);
  if (owner === undefined) return [requiredValue('spec.owner', 'a profile belongs to somebody')];
  const { kind = '', name = '', namespace = '' } = owner;
  const errors: FieldError[] = [];
  if (!subjectKinds.includes(kind)) errors.push(unsupportedValue('spec.owner.kind', kind, subjectKinds));
  if (name === '') errors.push(requiredValue('spec.owner.name', ''));
  if (kind === 'ServiceAccount' && namespace === '') {
    errors.push(requiredValue('spec.owner.namespace', 'where the service account is'));
  }
  return errors;
}
