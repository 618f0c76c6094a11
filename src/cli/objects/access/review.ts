import { pathExtra } from '../../../base/access/index.ts';
import { throwIfFailed } from '../../../cluster/client/index.ts';
import type { Session } from '../session.ts';
import type { Asked } from './asked.ts';

/** Whom a question is about. */
export interface Person {
  readonly name: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface Reviewed {
  readonly allowed: boolean;
  /** Empty where the server says nothing of why. */
  readonly reason: string;
}

const accountPrefix = 'system:serviceaccount:';

/** A user by name, with the groups that nobody of that name is without. */
export function personOf(name: string, groups: readonly string[], path: string | undefined): Person {
  const all = [...groups, ...impliedGroups(name)];
  return { name, groups: all, ...(path !== undefined && { extra: { [pathExtra]: [path] } }) };
}

function impliedGroups(name: string): readonly string[] {
  if (name === 'system:anonymous') return ['system:unauthenticated'];
  if (!name.startsWith(accountPrefix)) return ['system:authenticated'];
  const [namespace = ''] = name.slice(accountPrefix.length).split(':');
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
}

/** Asks the server whether somebody may, or oneself. */
export async function review(asked: Asked, person: Person | undefined, session: Session): Promise<Reviewed> {
  const group = 'authorization.k8s.io/v1';
  const kind = person === undefined ? 'SelfSubjectAccessReview' : 'SubjectAccessReview';
  const subject = person && { user: person.name, groups: person.groups, extra: person.extra };
  const spec = { ...subject, resourceAttributes: asked };
  const path = `/apis/${group}/${kind.toLowerCase()}s`;
  const status = await created(path, { apiVersion: group, kind, spec }, session);
  return { allowed: status['allowed'] === true, reason: textOf(status['reason']) };
}

/** Who the server takes whoever asks for. */
export async function whoAmI(session: Session): Promise<Person> {
  const group = 'authentication.k8s.io/v1';
  const kind = 'SelfSubjectReview';
  const status = await created(`/apis/${group}/selfsubjectreviews`, { apiVersion: group, kind }, session);
  const { username, groups } = (status['userInfo'] ?? {}) as Readonly<Record<string, unknown>>;
  return { name: textOf(username), groups: Array.isArray(groups) ? groups.map(String) : [] };
}

async function created(
  path: string,
  body: object,
  { transport }: Session,
): Promise<Readonly<Record<string, unknown>>> {
  const reply = await transport.ask({ method: 'POST', path, body });
  throwIfFailed(reply);
  return (reply.body as { readonly status?: Readonly<Record<string, unknown>> }).status ?? {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
