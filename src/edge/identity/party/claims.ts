import type { User } from '../../../base/access/index.ts';
import type { IssuerFacts } from '../index.ts';
import { partyErrors } from './errors.ts';

/** Names that an issuer outside the cluster can give to nobody: they are Kubernetes' own. */
const reserved = 'system:';
const longestName = 1024;
const mostGroups = 1000;
/** Letters of any script, and nothing that would end a header field. */
const sayable = /^[^\s\p{C}][^\p{C}]*$/u;

/**
 * Who has logged in, by the claims of an issuer.
 * @throws `login-unnamed`
 */
export function userOf(claims: Readonly<Record<string, unknown>>, facts: IssuerFacts): User {
  const { userClaim, groupsClaim } = facts;
  const name = claims[userClaim];
  if (typeof name !== 'string' || name === '') {
    throw unnamed(`does not say ${userClaim}: found ${JSON.stringify(name)?.slice(0, 100) ?? 'nothing'}`);
  }
  if (name.length > longestName || !sayable.test(name))
    throw unnamed(`says a ${userClaim} that no header can hold`);
  if (name.startsWith(reserved))
    throw unnamed(`says the ${userClaim} ${JSON.stringify(name)}, a name of Kubernetes`);
  if (userClaim === 'email' && claims['email_verified'] === false) {
    throw unnamed(`has not verified the address ${JSON.stringify(name)}`);
  }
  return { name, groups: [...groupsOf(claims[groupsClaim]), 'system:authenticated'] };
}

function groupsOf(claim: unknown): string[] {
  const all: unknown[] = Array.isArray(claim) ? claim : [claim];
  const named = all.filter((one): one is string => typeof one === 'string' && sayable.test(one));
  return named.filter(one => !one.startsWith(reserved) && !one.includes(',')).slice(0, mostGroups);
}

function unnamed(what: string): Error {
  return partyErrors.make['login-unnamed'](`The issuer ${what}.`);
}
