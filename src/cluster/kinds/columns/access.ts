import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import { age, named, text, wide } from './cells.ts';

interface Binding {
  readonly roleRef?: { readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  }[];
}

function bindingOf(object: KubeObject): Binding {
  return object as unknown as Binding;
}

function subjectsText(object: KubeObject, kind: string): string {
  return (bindingOf(object).subjects ?? [])
    .filter(subject => subject.kind === kind)
    .map(({ name = '', namespace = '' }) =>
      kind === 'ServiceAccount' && namespace !== '' ? `${namespace}/${name}` : name,
    )
    .join(', ');
}

/** Columns of RoleBinding and ClusterRoleBinding. */
export const bindings: readonly Column[] = [
  named(),
  text('Role', 'The role that is given', object => {
    const { kind = '', name = '' } = bindingOf(object).roleRef ?? {};
    return `${kind}/${name}`;
  }),
  age,
  wide('Users', 'Users that have it', object => subjectsText(object, 'User')),
  wide('Groups', 'Groups that have it', object => subjectsText(object, 'Group')),
  wide('ServiceAccounts', 'Service accounts that have it', object => subjectsText(object, 'ServiceAccount')),
];
