import type { Action, User } from '../../base/access/index.ts';
import type { Head } from '../../base/net/index.ts';
import { forbidden, StatusError } from '../meta/index.ts';
import type { Parts } from './call.ts';
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
 * @throws StatusError 403.
 */
export function impersonated(parts: Parts, info: RequestInfo, head: Head, user: User): User {
  const name = head.header('impersonate-user');
  if (name === undefined) return user;
  const groups = (head.header('impersonate-group') ?? '')
    .split(',')
    .map(group => group.trim())
    .filter(group => group !== '');
  const asked = [{ resource: 'users', name }, ...groups.map(group => ({ resource: 'groups', name: group }))];
  for (const { resource, name } of asked) {
    const action = {
      verb: 'impersonate',
      group: '',
      version: 'v1',
      resource,
      subresource: '',
      namespace: '',
      name,
    };
    if (!parts.authorizer.can(user, action).allowed) {
      throw refused(info, user, `impersonate-on:user-info:${info.verb}`, undefined);
    }
  }
  const all = groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'];
  return { name, groups: all };
}
