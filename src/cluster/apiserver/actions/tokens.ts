import type { User } from '../../../base/access/index.ts';
import type { BoundObject, TokenIssuer } from '../../access/index.ts';
import {
  conflict,
  forbidden,
  invalid,
  invalidValue,
  notFound,
  requiredValue,
  type FieldError,
  type KubeObject,
} from '../../meta/index.ts';
import type { ActionHandler, KindCall } from '../call.ts';
import { withMeta } from '../writes/form.ts';
import { placeOf } from '../reads/read.ts';
import { timestamp } from '../writes/write.ts';
import { asked, userInfo } from './reviews.ts';

const hour = 3600;
const shortest = 600;
const longest = 2 ** 32;

interface RequestSpec {
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: {
    readonly kind?: string;
    readonly name?: string;
    readonly uid?: string;
  } | null;
}

/** Answers TokenRequest: a token of a service account. */
export function tokenRequest(issuer: TokenIssuer): ActionHandler {
  return async call => {
    const account = call.parts.store.get(placeOf(call))?.object;
    if (account === undefined) throw notFound({ group: '', resource: 'serviceaccounts' }, call.info.name);
    const { object } = await asked(call, withLifetime);
    const spec = (object['spec'] ?? {}) as RequestSpec;
    const wanted = spec.expirationSeconds ?? hour;
    const faults = lifetimeFaults(wanted);
    if (faults.length > 0) {
      throw invalid({ group: 'authentication.k8s.io', resource: 'TokenRequest' }, '', faults);
    }
    const lifetime = Math.min(wanted, issuer.longest);
    if (lifetime < wanted) {
      call.warnings.push(`requested expiration of ${wanted} seconds shortened to ${lifetime} seconds`);
    }
    const { name = '', namespace = '', uid = '' } = account.metadata;
    const audiences = spec.audiences?.length ? spec.audiences : [issuer.issuer];
    const bound = boundTo(call, spec, namespace);
    const issued = await issuer.issue({ namespace, name, uid, audiences, lifetime, bound });
    const answer: KubeObject = {
      ...withMeta(object, { name, namespace, uid, creationTimestamp: timestamp(call.parts.now()) }),
      spec: { audiences, expirationSeconds: lifetime, boundObjectRef: spec.boundObjectRef ?? null },
      status: { token: issued.token, expirationTimestamp: timestamp(issued.expires * 1000) },
    };
    return { status: 201, object: answer };
  };
}

function withLifetime(object: KubeObject): KubeObject {
  return { ...object, spec: { expirationSeconds: hour, ...(object['spec'] as RequestSpec | undefined) } };
}

function lifetimeFaults(seconds: number): FieldError[] {
  const field = 'spec.expirationSeconds';
  if (seconds < shortest) {
    return [invalidValue(field, seconds, 'may not specify a duration less than 10 minutes')];
  }
  if (seconds > longest) {
    return [invalidValue(field, seconds, 'may not specify a duration larger than 2^32 seconds')];
  }
  return [];
}

function boundTo(
  call: KindCall,
  { boundObjectRef }: RequestSpec,
  namespace: string,
): BoundObject | undefined {
  if (boundObjectRef === undefined || boundObjectRef === null) return undefined;
  const { kind = '', name = '', uid = '' } = boundObjectRef;
  if (kind !== 'Pod' && kind !== 'Secret' && kind !== 'Node') {
    const detail = `cannot bind token for serviceaccount ${JSON.stringify(call.info.name)} to object of kind ${JSON.stringify(kind)}`;
    const error =
      kind === ''
        ? requiredValue('spec.boundObjectRef.kind')
        : invalidValue('spec.boundObjectRef', kind, detail);
    throw invalid({ group: 'authentication.k8s.io', resource: 'TokenRequest' }, '', [error]);
  }
  const resource = `${kind.toLowerCase()}s`;
  const place = { resource, namespace: kind === 'Node' ? '' : namespace, name };
  const found = call.parts.store.get(place)?.object;
  if (found === undefined) throw notFound({ group: '', resource }, name);
  if (uid !== '' && uid !== found.metadata.uid) {
    const detail = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', resource }, name, detail);
  }
  checkPodAccount(call, kind, found);
  return { kind, name, uid: found.metadata.uid as string };
}

function checkPodAccount(call: KindCall, kind: string, found: KubeObject): void {
  if (kind !== 'Pod') return;
  const { serviceAccountName } = (found['spec'] ?? {}) as { serviceAccountName?: string };
  if (serviceAccountName === call.info.name) return;
  const detail = `cannot bind token for serviceaccount ${JSON.stringify(call.info.name)} to pod running with different serviceaccount name.`;
  throw forbidden({ group: '', resource: 'serviceaccounts' }, call.info.name, detail);
}

/** What a token proves: the user and the audiences it is for; undefined when it proves nothing. */
export type TokenReader = (
  token: string,
) => Promise<{ readonly user: User; readonly audiences: readonly string[] } | undefined>;

/** Answers TokenReview: whose token it is. */
export function tokenReview(read: TokenReader, own: readonly string[]): ActionHandler {
  return async call => {
    const { object, spec } = await asked(call);
    const token = spec['token'];
    if (typeof token !== 'string' || token === '') {
      const error = requiredValue('spec.token', 'token is required for TokenReview in authentication');
      throw invalid({ group: 'authentication.k8s.io', resource: 'TokenReview' }, '', [error]);
    }
    const wanted = (spec['audiences'] ?? []) as readonly string[];
    return { status: 201, object: { ...object, status: await verdict(read, token, wanted, own) } };
  };
}

async function verdict(
  read: TokenReader,
  token: string,
  wanted: readonly string[],
  own: readonly string[],
): Promise<unknown> {
  const found = await read(token);
  if (found === undefined) return { user: {}, error: 'invalid bearer token' };
  const targets = wanted.length === 0 ? own : wanted;
  const audiences = targets.filter(one => found.audiences.includes(one));
  if (audiences.length === 0) {
    const error = `[invalid bearer token, token audiences ${list(found.audiences)} is invalid for the target audiences ${list(targets)}]`;
    return { user: {}, error };
  }
  return { authenticated: true, user: userInfo(found.user), audiences };
}

function list(values: readonly string[]): string {
  return `[${values.map(value => JSON.stringify(value)).join(' ')}]`;
}
