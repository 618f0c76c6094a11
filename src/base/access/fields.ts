/** The cookie of a session, by the name that clients of Kubeflow read. */
export const sessionCookie = 'authservice_session';
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

/**
 * Whether a header field says who asks. Programs that turn fields into variables take `_` and `-`, and every case, for the same.
 */
export function tellsIdentity(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[^a-z\d]/g, '-');
  return identities.has(plain) || plain.startsWith(family);
}
