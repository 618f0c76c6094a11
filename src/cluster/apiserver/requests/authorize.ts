import type { Action, User } from '../../../base/access/index.ts';
import { forbidden, StatusError } from '../../meta/index.ts';
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

/** Refused for who asks, not for what. */
export class NotAllowed extends StatusError {}

export function refused(info: RequestInfo, user: User, verb: string, reason: string | undefined): NotAllowed {
  const who = `User ${JSON.stringify(user.name)} cannot`;
  const because = reason === undefined || reason === '' ? '' : `: ${reason}`;
  if (!info.isResource) {
    const message = `forbidden: ${who} ${verb} path ${JSON.stringify(info.path)}${because}`;
    return new NotAllowed(403, 'Forbidden', message, {});
  }
  const { group, resource, subresource, namespace, name } = info;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const detail = `${who} ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}${because}`;
  const { message, status } = forbidden({ group, resource }, name, detail);
  return new NotAllowed(403, 'Forbidden', message, status.details);
}
