import type { User } from '../../../base/access/index.ts';
import type { Head } from '../../../base/net/index.ts';
import type { TokenIssuer } from '../../access/index.ts';
import { StatusError, type KubeObject } from '../../meta/index.ts';

const authenticated = 'system:authenticated';

/** Nobody in particular. */
export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

export interface AuthenticationOptions {
  /** Tokens that are known from the start, and whose they are. */
  readonly tokens: ReadonlyMap<string, User>;
  readonly issuer: TokenIssuer;
  /** Audiences that tokens of service accounts must be for. */
  readonly audiences: readonly string[];
  /** An object of the cluster, by which tokens cease to be good when their account or pod is gone. */
  readonly find: (resource: string, namespace: string, name: string) => KubeObject | undefined;
  /** Says whose a token is that is no service account's. */
  readonly others?: Identify | undefined;
}

/** What a token proves, whatever it is for. */
export type Identify = (
  token: string,
) => Promise<{ readonly user: User; readonly audiences: readonly string[] } | undefined>;

/** Says whose a token is. */
export function tokenReader(options: AuthenticationOptions): Identify {
  const accounts = accountReader(options);
  const { tokens, audiences, others } = options;
  return async token => {
    const known = tokens.get(token);
    if (known !== undefined) return { user: known, audiences };
    return (await accounts(token)) ?? others?.(token);
  };
}

/** Says which service account a token is of. */
export function accountReader({ issuer, find }: Pick<AuthenticationOptions, 'issuer' | 'find'>): Identify {
  return async token => {
    const facts = await issuer.read(token);
    if (facts === undefined) return undefined;
    const account = find('serviceaccounts', facts.namespace, facts.name);
    if (account?.metadata.uid !== facts.uid) return undefined;
    const { bound } = facts;
    if (bound !== undefined) {
      const namespace = bound.kind === 'Node' ? '' : facts.namespace;
      const object = find(`${bound.kind.toLowerCase()}s`, namespace, bound.name);
      if (object?.metadata.uid !== bound.uid) return undefined;
    }
    return { user: facts.user, audiences: facts.audiences };
  };
}

/**
 * Says who asks: by a client certificate, by a bearer token, else nobody in particular.
 * @throws StatusError 401 for a token that is not good.
 */
export function authenticator(identify: Identify, audiences: readonly string[]) {
  return (head: Head): User | Promise<User> => {
    const header = head.header('authorization');
    if (header !== undefined && /^bearer /i.test(header))
      return byToken(identify, audiences, header.slice(7).trim());
    const certificate = head.peer?.certificate;
    if (certificate === undefined || certificate.commonName === '') return anonymous;
    const { commonName, organizations } = certificate;
    return { name: commonName, groups: withAuthenticated(organizations) };
  };
}

async function byToken(identify: Identify, audiences: readonly string[], token: string): Promise<User> {
  const found = token === '' ? undefined : await identify(token);
  if (found === undefined || !found.audiences.some(one => audiences.includes(one))) {
    throw new StatusError(401, 'Unauthorized', 'Unauthorized');
  }
  return { ...found.user, groups: withAuthenticated(found.user.groups) };
}

function withAuthenticated(groups: readonly string[]): readonly string[] {
  return groups.includes(authenticated) ? groups : [...groups, authenticated];
}
