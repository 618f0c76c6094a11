import type { Action, User } from '../../../base/access/index.ts';
import type { Head } from '../../../base/net/index.ts';
import { badRequest, forbidden, StatusError } from '../../meta/index.ts';
import { anonymous } from './authenticate.ts';
import type { Parts } from '../call.ts';
import type { RequestInfo } from './request.ts';

/**
 * Asks whether the user may do what the request asks.
 * @throws StatusError 403 in the words of the real server.
 */
export function authorize(parts: Parts, info: RequestInfo, user: User): void {
  const { allowed, reason } = parts.authorizer.can(user, actionOf(info));
  if (!allowed) throw refused(info, user, info.verb, reason);
}

function actionOf({ verb, isResource, path, ...rest }: RequestInfo): Action {
  if (!isResource) return { verb, path };
  const { group, version, resource, subresource, namespace, name } = rest;
  return { verb, group, version, resource, subresource, namespace, name };
}

function refused(info: RequestInfo, user: User, verb: string, reason: string | undefined): StatusError {
  const who = `User ${JSON.stringify(user.name)} cannot`;
  const because = reason === undefined || reason === '' ? '' : `: ${reason}`;
  if (!info.isResource) {
    const message = `forbidden: ${who} ${verb} path ${JSON.stringify(info.path)}${because}`;
    return new StatusError(403, 'Forbidden', message, {});
  }
  const { group, resource, subresource, namespace, name } = info;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const detail = `${who} ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}${because}`;
  return forbidden({ group, resource }, name, detail);
}

/**
 * The user that the request is made for, when it names another and may.
 * @throws StatusError 403; 400 for groups without a user.
 */
export function impersonated(parts: Parts, info: RequestInfo, head: Head, user: User): User {
  const name = head.header('impersonate-user') ?? '';
  const uid = head.header('impersonate-uid') ?? '';
  const groups = (head.header('impersonate-group') ?? '')
    .split(',')
    .map(group => group.trim())
    .filter(group => group !== '');
  if (name === '') {
    if (uid === '' && groups.length === 0) return user;
    throw badRequest('requested groups or a UID without impersonating a user name');
  }
  const asked = [
    accountNamed(name) ?? { resource: 'users', namespace: '', name },
    ...(uid === '' ? [] : [{ group: 'authentication.k8s.io', resource: 'uids', namespace: '', name: uid }]),
    ...groups.map(group => ({ resource: 'groups', namespace: '', name: group })),
  ];
  for (const one of asked) {
    const action = { verb: 'impersonate', group: '', version: 'v1', subresource: '', ...one };
    if (!parts.authorizer.can(user, action).allowed) {
      throw refused(info, user, `impersonate-on:user-info:${info.verb}`, undefined);
    }
  }
  return { name, groups: groupsOf(name, groups), ...(uid !== '' && { uid }) };
}

const accountPrefix = 'system:serviceaccount:';

/** The service account of a user's name, which needs rights on the account and not on users. */
function accountNamed(user: string): { resource: string; namespace: string; name: string } | undefined {
  if (!user.startsWith(accountPrefix)) return undefined;
  const [namespace = '', name = '', ...rest] = user.slice(accountPrefix.length).split(':');
  if (namespace === '' || name === '' || rest.length > 0) return undefined;
  return { resource: 'serviceaccounts', namespace, name };
}

/** The groups of somebody who is impersonated: those asked for, with those that nobody can be without. */
function groupsOf(name: string, asked: readonly string[]): readonly string[] {
  const account = asked.length === 0 ? accountNamed(name) : undefined;
  const groups =
    account === undefined ? asked : ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  const unknown = 'system:unauthenticated';
  const implied = name === anonymous.name || groups.includes(unknown) ? unknown : 'system:authenticated';
  return groups.includes(implied) ? groups : [...groups, implied];
}
