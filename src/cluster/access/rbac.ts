import type { Action, Authorizer, User, Verdict } from '../../base/access/index.ts';
import { forbidden, type GroupResource, type KubeObject } from '../meta/index.ts';
import { missing } from './missing.ts';
import { allows, compacted, type PolicyRule, ruleText } from './rules.ts';

/** Roles and bindings as they are at the moment; `find` gives one role, `bindings` all of a namespace (empty: of the cluster). */
export interface RoleSource {
  role(namespace: string, name: string): KubeObject | undefined;
  bindings(namespace: string): Iterable<KubeObject>;
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface RoleRef {
  readonly kind: string;
  readonly name: string;
}

interface Grant {
  readonly rule: PolicyRule;
  readonly binding: KubeObject;
  readonly role: RoleRef;
  readonly subject: Subject;
}

/** The group whose members may do everything, whatever roles say. */
const masters = 'system:masters';

/** Role-based access control over roles and bindings (rbac.authorization.k8s.io/v1). */
export class RoleAuthorizer implements Authorizer {
  readonly #source: RoleSource;

  constructor(source: RoleSource) {
    this.#source = source;
  }

  can(user: User, action: Action): Verdict {
    if (user.groups.includes(masters)) return { allowed: true };
    const namespace = 'path' in action ? '' : action.namespace;
    for (const grant of this.#grants(user, namespace)) {
      if (allows(grant.rule, action)) return { allowed: true, reason: reasonOf(grant) };
    }
    return { allowed: false };
  }

  /** Every rule that holds for a user in a namespace, with those of the cluster. */
  rulesOf(user: User, namespace: string): PolicyRule[] {
    if (user.groups.includes(masters)) return everything;
    return [...this.#grants(user, namespace)].map(grant => grant.rule);
  }

  /** The rules of a role. */
  rulesOfRole({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const role = this.#source.role(kind === 'ClusterRole' ? '' : namespace, name);
    return role === undefined ? undefined : ((role['rules'] ?? []) as PolicyRule[]);
  }

  /** Whether a user holds all that some rules give. */
  holds(user: User, wanted: readonly PolicyRule[], namespace: string): boolean {
    return missing(this.rulesOf(user, namespace), wanted).length === 0;
  }

  /**
   * Refuses to give away what a user does not hold.
   * @throws StatusError 403 with the permissions that are missing.
   */
  checkEscalation(
    user: User,
    wanted: readonly PolicyRule[],
    namespace: string,
    about: { readonly resource: GroupResource; readonly name: string },
  ): void {
    const lacking = missing(this.rulesOf(user, namespace), wanted);
    if (lacking.length === 0) return;
    const groups = user.groups.map(group => JSON.stringify(group)).join(' ');
    const list = shortened(united(lacking).map(ruleText).toSorted());
    const detail = `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${list}`;
    throw forbidden(about.resource, about.name, detail);
  }

  *#grants(user: User, namespace: string): Generator<Grant> {
    yield* this.#grantsOf(user, '');
    if (namespace !== '') yield* this.#grantsOf(user, namespace);
  }

  *#grantsOf(user: User, namespace: string): Generator<Grant> {
    for (const binding of this.#source.bindings(namespace)) {
      const subjects = (binding['subjects'] ?? []) as Subject[];
      const subject = subjects.find(one => isSubject(one, user, namespace));
      if (subject === undefined) continue;
      const role = binding['roleRef'] as RoleRef;
      for (const rule of this.rulesOfRole(role, namespace) ?? []) yield { rule, binding, role, subject };
    }
  }
}

/** Permissions on the same thing as one; those on paths are told each by itself. */
function united(rules: readonly PolicyRule[]): PolicyRule[] {
  const onPath = ({ nonResourceURLs = [] }: PolicyRule): boolean => nonResourceURLs.length > 0;
  return [...compacted(rules.filter(rule => !onPath(rule))), ...rules.filter(onPath)];
}

/** How many characters a refusal has of the permissions that are missing. */
const mostText = 32_768;

/** Lines that are told; of those that are too many only their number. */
function shortened(lines: readonly string[]): string {
  const told: string[] = [];
  let left = mostText;
  for (const line of lines) {
    if (left <= 0) break;
    told.push(line.length <= left ? line : `${line.slice(0, left)}…`);
    left -= line.length;
  }
  const more = lines.length - told.length;
  return [...told, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}

const everything: PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

function isSubject({ kind, name, namespace }: Subject, user: User, bindingNamespace: string): boolean {
  if (kind === 'User') return user.name === name;
  if (kind === 'Group') return user.groups.includes(name);
  return user.name === `system:serviceaccount:${namespace ?? bindingNamespace}:${name}`;
}

function reasonOf({ binding, role, subject }: Grant): string {
  const { name = '', namespace = '' } = binding.metadata;
  const what = namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding';
  const which = namespace === '' ? name : `${name}/${namespace}`;
  const who =
    subject.kind === 'ServiceAccount'
      ? `ServiceAccount ${JSON.stringify(`${subject.name}/${subject.namespace ?? namespace}`)}`
      : `${subject.kind} ${JSON.stringify(subject.name)}`;
  return `RBAC: allowed by ${what} ${JSON.stringify(which)} of ${role.kind} ${JSON.stringify(role.name)} to ${who}`;
}
