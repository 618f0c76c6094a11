/** The cookie of a session, by the name that clients of Kubeflow read. */
export const sessionCookie = 'authservice_session';
/** Cookies of logins under way begin so: at the gateway, and at the issuer behind it. */
export const flowCookies = 'davit_login_';
export const passwordCookies = 'davit_password_';

/** Whether a cookie of that name is the gateway's or its issuer's, which no service sets. */
export function isOwnCookie(name: string): boolean {
  const bare = name.replace(/^__(?:host|secure)-/i, '');
  return bare === sessionCookie || bare.startsWith(flowCookies) || bare.startsWith(passwordCookies);
}

/** What the services behind are told of who asks. */
export const userField = 'kubeflow-userid';
export const groupsField = 'kubeflow-groups';

const identities = new Set([
  userField,
  groupsField,
  'kubeflow-userid-token',
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-groups',
  'x-forwarded-preferred-username',
  'x-forwarded-access-token',
]);
const family = 'x-auth-request-';
/** Names that were asked about before: clients choose them, so that not all are kept. */
const known = new Map<string, boolean>();
const mostKnown = 500;
const letterK = 0x6b;
const letterX = 0x78;

/**
 * Whether a header field says who asks. Programs that turn fields into variables take `_` and `-`, and every case, for the same.
 */
export function tellsIdentity(name: string): boolean {
  // Asked for every field of every request: all of them begin with one of two letters.
  const first = name.charCodeAt(0) | 0x20;
  if (first !== letterK && first !== letterX) return false;
  let tells = known.get(name);
  if (tells === undefined) {
    const plain = name.toLowerCase().replaceAll(/[^a-z\d]/g, '-');
    tells = identities.has(plain) || plain.startsWith(family);
    if (known.size >= mostKnown) known.clear();
    known.set(name, tells);
  }
  return tells;
}

/**
 * What `groupsField` says: groups that people know; those that everybody has tell nothing, and one with a comma would be read as
 * several.
 */
export function groupsText(groups: readonly string[]): string {
  return groups.filter(group => group !== 'system:authenticated' && !group.includes(',')).join(',');
}

/** Text as the bytes of a field: UTF-8 where a name has other letters. What would end a field is left out. */
export function fieldBytes(text: string): string {
  return Buffer.from(text.replaceAll(/\p{Cc}/gu, ''), 'utf8').toString('latin1');
}

/** Fields of which whoever passes a request on says what they are. */
const said = new Set([userField, groupsField, 'authorization']);

/** A Connection field as it may be passed on: a client that names fields there has them dropped, and these are not his to drop. */
export function connectionOptions(value: string): string {
  // What nearly every client sends: one word, and none of those.
  if (value === 'keep-alive' || value === 'close') return value;
  const options = value.split(',').map(option => option.trim());
  return options.filter(option => !said.has(option.toLowerCase())).join(', ');
}
