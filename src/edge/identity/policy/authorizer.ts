import {
  type Action,
  type Authorizer,
  pathExtra,
  type User,
  type Verdict,
} from '../../../base/access/index.ts';
import { callersAnnotation } from '../../../cluster/meta/index.ts';
import { type AnnotationFault, type Callers, isPublic } from './callers.ts';
import { predicted } from './words.ts';

/** What the annotations of a service say; undefined when there is no such service. */
export type CallersSource = (namespace: string, name: string) => Callers | undefined;

/**
 * Roles, and for calls of InferenceServices what their annotations say: the same answer at every door. Whoever the annotation does
 * not list is not let in by a role either, save those who may do everything.
 */
export class ServiceAuthorizer implements Authorizer {
  readonly #roles: Authorizer;
  readonly #callers: CallersSource;

  constructor(roles: Authorizer, callers: CallersSource) {
    this.#roles = roles;
    this.#callers = callers;
  }

  can(user: User, action: Action): Verdict {
    const service = predicted(action);
    const callers = service && this.#callers(service.namespace, service.name);
    if (service === undefined || callers === undefined) return this.#roles.can(user, action);
    const told = `InferenceService ${service.namespace}/${service.name}`;
    const [path = '/'] = user.extra?.[pathExtra] ?? [];
    if (isPublic(callers, path)) return { allowed: true, reason: publicReason(callers, told, path) };
    if (user.groups.includes('system:masters')) return this.#roles.can(user, action);
    const [fault] = callers.faults;
    if (fault !== undefined) return { allowed: false, reason: unreadable(fault, told) };
    const listed = listedAs(callers, user);
    if (listed !== undefined) {
      return { allowed: true, reason: `${callersAnnotation} of ${told} lists ${listed}` };
    }
    if (callers.namespace) return explained(this.#roles.can(user, action), user, service.namespace);
    return {
      allowed: false,
      reason: `${callersAnnotation} of ${told} lists neither ${user.name} nor a group of theirs`,
    };
  }
}

/** As what a user is listed. */
function listedAs({ users, groups, authenticated }: Callers, user: User): string | undefined {
  const known = user.groups.includes('system:authenticated');
  if (!known) return undefined;
  if (authenticated) return 'authenticated';
  if (users.has(user.name)) return user.name;
  return user.groups.find(group => groups.has(group));
}

function explained(verdict: Verdict, user: User, namespace: string): Verdict {
  if (verdict.allowed || verdict.reason !== undefined) return verdict;
  const right = 'create on inferenceservices/predict';
  return { allowed: false, reason: `no role that ${user.name} has in namespace ${namespace} holds ${right}` };
}

function unreadable({ annotation, found, expected }: AnnotationFault, told: string): string {
  return `${annotation} of ${told} cannot be read: found ${JSON.stringify(found)}, expected ${expected}`;
}

function publicReason({ publicPaths, publicBy }: Callers, told: string, path: string): string {
  const which = publicPaths.includes('/') ? 'every path' : path;
  return `${publicBy} of ${told} makes ${which} public`;
}
