import {
  type FieldError,
  invalidValue,
  type KubeObject,
  pathSegmentFaults,
  requiredValue,
  subdomainFaults,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { faulty, required } from '../checks.ts';
import { declared } from '../declared.ts';
import { goValue } from '../difference/index.ts';
import { filledZero, mapped, mappedEach } from '../filling.ts';
import { same } from '../sameness.ts';

interface Subject {
  readonly kind?: string;
  readonly apiGroup?: string;
  readonly name?: string;
  readonly namespace?: string;
}

interface Binding {
  readonly roleRef?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly Subject[];
}

const group = 'rbac.authorization.k8s.io';

function completed(object: KubeObject): KubeObject {
  const binding = mapped(object as KubeObject & Binding, 'roleRef', ref =>
    filledZero(ref, { apiGroup: group }),
  );
  return mappedEach(binding, 'subjects', subject =>
    subject.kind === 'User' || subject.kind === 'Group' ? filledZero(subject, { apiGroup: group }) : subject,
  );
}

function errorsOf(object: KubeObject, namespaced: boolean): FieldError[] {
  const { roleRef = {}, subjects = [] } = object as Binding;
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const { apiGroup = '', kind = '', name = '' } = roleRef;
  return [
    ...(apiGroup === group ? [] : [unsupportedValue('roleRef.apiGroup', apiGroup, [group])]),
    ...(kinds.includes(kind) ? [] : [unsupportedValue('roleRef.kind', kind, kinds)]),
    ...(name === ''
      ? declared([requiredValue('roleRef.name')])
      : faulty(pathSegmentFaults(name), 'roleRef.name', name)),
    ...subjects.flatMap((subject, index) => subjectErrors(subject, namespaced, `subjects[${index}]`)),
  ];
}

function subjectErrors(subject: Subject, namespaced: boolean, field: string): FieldError[] {
  const { kind = '', apiGroup = '', name = '', namespace = '' } = subject;
  const errors = declared(required(name, `${field}.name`));
  if (kind === 'ServiceAccount') {
    if (name !== '') errors.push(...faulty(subdomainFaults(name), `${field}.name`, name));
    if (apiGroup !== '') errors.push(unsupportedValue(`${field}.apiGroup`, apiGroup, ['']));
    if (!namespaced && namespace === '') errors.push(requiredValue(`${field}.namespace`));
    return errors;
  }
  if (kind !== 'User' && kind !== 'Group') {
    return [...errors, unsupportedValue(`${field}.kind`, kind, ['ServiceAccount', 'User', 'Group'])];
  }
  return apiGroup === group ? errors : [...errors, unsupportedValue(`${field}.apiGroup`, apiGroup, [group])];
}

function roleChange({ roleRef }: Binding, old: Binding): FieldError[] {
  if (same(roleRef, old.roleRef)) return [];
  return [invalidValue('roleRef', goValue('RoleRef', roleRef), 'field is immutable')];
}

function rulesOfBinding(namespaced: boolean): Rules {
  return {
    complete: completed,
    validateCreate: object => errorsOf(object, namespaced),
    validateUpdate: (object, old) => [
      ...errorsOf(object, namespaced),
      ...roleChange(object as Binding, old as Binding),
    ],
  };
}

/** Rules of RoleBinding. */
export const rolebindings: Rules = rulesOfBinding(true);

/** Rules of ClusterRoleBinding. */
export const clusterrolebindings: Rules = rulesOfBinding(false);
