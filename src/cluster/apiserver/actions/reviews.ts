import type { Action, User } from '../../../base/access/index.ts';
import { compacted, type PolicyRule, type RoleAuthorizer } from '../../access/index.ts';
import { invalid, invalidValue, type KubeObject, requiredValue } from '../../meta/index.ts';
import type { ActionHandler, Answer, KindCall } from '../call.ts';
import { decodeObject } from '../requests/decode.ts';
import { managed, managerOf } from '../writes/managed.ts';
import { writeOptions } from '../requests/options.ts';
import { timestamp } from '../writes/write.ts';

interface ResourceAttributes {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
}

interface ReviewSpec {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly user?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A question asked by creating an object: the object as asked, with who asked it in managedFields. */
export async function asked(
  call: KindCall,
  complete: (object: KubeObject) => KubeObject = object => object,
): Promise<{ object: KubeObject; spec: Readonly<Record<string, unknown>> }> {
  const options = writeOptions('CreateOptions', call.query);
  const object = complete(decodeObject(call, options.fieldValidation));
  const tracked = await managed(call, undefined, object, managerOf(call, options), call.parts.now());
  return { object: tracked, spec: (object['spec'] ?? {}) as Readonly<Record<string, unknown>> };
}

/** Answers SelfSubjectReview: who the server takes the client for. */
export const selfSubjectReview: ActionHandler = async call => {
  const { object } = await asked(call);
  const { metadata: _, ...rest } = object;
  const metadata = { creationTimestamp: timestamp(call.parts.now()) };
  const review: KubeObject = { ...rest, metadata };
  return { status: 201, object: { ...review, status: { userInfo: userInfo(call.user) } } };
};

/** A user as reviews write it. */
export function userInfo({ name, uid, groups, extra }: User): unknown {
  return {
    username: name,
    ...(uid !== undefined && { uid }),
    ...(groups.length > 0 && { groups }),
    ...(extra !== undefined && { extra }),
  };
}

/** Answers SelfSubjectAccessReview, SubjectAccessReview and LocalSubjectAccessReview: whether an action is allowed. */
export function accessReview(about: 'self' | 'named'): ActionHandler {
  return async call => {
    const { object } = await asked(call);
    const spec = (object['spec'] ?? {}) as ReviewSpec;
    const faults = about === 'self' ? selfFaults(spec) : namedFaults(spec);
    if (faults.length > 0) throw invalid({ group: call.kind.group, resource: '' }, '', faults);
    const user = about === 'self' ? call.user : userOf(spec);
    const { allowed, reason = '' } = call.parts.authorizer.can(user, actionOf(spec));
    const status = { allowed, ...(reason !== '' && { reason }) };
    return { status: 201, object: { ...object, status } };
  };
}

function selfFaults(spec: ReviewSpec): ReturnType<typeof invalidValue>[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if ((resourceAttributes === undefined) !== (nonResourceAttributes === undefined)) return [];
  const both = resourceAttributes !== undefined;
  const detail = both
    ? 'cannot be specified in combination with resourceAttributes'
    : 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  if (both) return [invalidValue('spec.nonResourceAttributes', nonResourceAttributes, detail)];
  return [invalidValue('spec', null, detail)];
}

function namedFaults(spec: ReviewSpec): ReturnType<typeof invalidValue>[] {
  const faults = selfFaults(spec);
  if ((spec.user ?? '') !== '' || (spec.groups?.length ?? 0) > 0) return faults;
  return [...faults, requiredValue('spec.user', 'at least one of user or group must be specified')];
}

function userOf({ user = '', uid, groups = [], extra }: ReviewSpec): User {
  return {
    name: user,
    groups,
    ...(uid !== undefined && { uid }),
    ...(extra !== undefined && { extra }),
  };
}

function actionOf({ resourceAttributes, nonResourceAttributes }: ReviewSpec): Action {
  if (resourceAttributes === undefined) {
    const { path = '', verb = '' } = nonResourceAttributes ?? {};
    return { verb, path };
  }
  return {
    verb: '',
    group: '',
    version: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    ...resourceAttributes,
  };
}

/** Answers SelfSubjectRulesReview: all that the client may do in a namespace. */
export function rulesReview(roles: RoleAuthorizer): ActionHandler {
  return async (call): Promise<Answer> => {
    const { object, spec } = await asked(call);
    const namespace = spec['namespace'];
    if (typeof namespace !== 'string' || namespace === '') {
      const error = requiredValue('spec.namespace', 'no namespace on request');
      throw invalid({ group: call.kind.group, resource: call.kind.kind }, '', [error]);
    }
    const rules = roles.rulesOf(call.user, namespace);
    const status = {
      resourceRules: compacted(rules.filter(rule => rule.nonResourceURLs === undefined)),
      nonResourceRules: compacted(rules.filter(isAboutPaths)).map(({ verbs, nonResourceURLs }) => ({
        verbs,
        nonResourceURLs,
      })),
      incomplete: false,
    };
    const { kind, apiVersion } = object;
    return { status: 201, object: { kind, apiVersion, metadata: {}, spec: {}, status } };
  };
}

function isAboutPaths(rule: PolicyRule): boolean {
  return (rule.nonResourceURLs?.length ?? 0) > 0;
}
