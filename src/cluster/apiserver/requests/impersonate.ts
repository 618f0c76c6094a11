import type { User } from '../../../base/access/index.ts';
import type { Head } from '../../../base/net/index.ts';
import { badRequest } from '../../meta/index.ts';
import type { Parts } from '../call.ts';
import { anonymous } from './authenticate.ts';
import { refused } from './authorize.ts';
import type { RequestInfo } from './request.ts';

/** Whom a request wants to be made for. */
interface Wanted {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * The user that the request is made for, when it names another and may: every group and everything else that is said of him is a right of
 * its own.
 * @throws StatusError 403; 400 for what is said of a user who is not named.
 */
export function impersonated(parts: Parts, info: RequestInfo, head: Head, user: User): User {
  const wanted = wantedIn(head);
  if (wanted === undefined) return user;
  const { name, uid, groups, extra } = wanted;
  for (const one of actionsOf(wanted)) {
    const action = { verb: 'impersonate', version: 'v1', ...one };
    if (parts.authorizer.can(user, action).allowed) continue;
    const [about, verb] = refusalOf(info, wanted, action);
    throw refused(about, user, verb, undefined);
  }
  return {
    name,
    groups: groupsOf(name, groups),
    ...(uid !== '' && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

const extraPrefix = 'impersonate-extra-';

/** @throws StatusError 400 */
function wantedIn(head: Head): Wanted | undefined {
  const name = head.header('impersonate-user') ?? '';
  const uid = head.header('impersonate-uid') ?? '';
  const groups: string[] = [];
  const extra = new Map<string, string[]>();
  for (const [field, value] of head.fields?.() ?? []) {
    const lower = field.toLowerCase();
    if (lower === 'impersonate-group') groups.push(value);
    if (!lower.startsWith(extraPrefix)) continue;
    const key = unescaped(lower.slice(extraPrefix.length));
    extra.set(key, [...(extra.get(key) ?? []), value]);
  }
  const wanted = { name, uid, groups, extra: Object.fromEntries(extra) };
  if (name !== '') return wanted;
  if (uid === '' && groups.length === 0 && extra.size === 0) return undefined;
  throw badRequest(`requested ${identityText(wanted)} without impersonating a user name`);
}

/** Keys may have characters that names of fields may not. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** As the real server writes it. */
function identityText({ uid, groups, extra }: Wanted): string {
  const list = (texts: readonly string[]): string =>
    `{${texts.map(text => JSON.stringify(text)).join(', ')}}`;
  const keys = Object.keys(extra).toSorted();
  const map = keys.map(key => `${JSON.stringify(key)}:[]string${list(extra[key] ?? [])}`).join(', ');
  const shownGroups = groups.length === 0 ? '[]string(nil)' : `[]string${list(groups)}`;
  const shownExtra = keys.length === 0 ? 'map[string][]string(nil)' : `map[string][]string{${map}}`;
  return `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${shownGroups}, Extra:${shownExtra}}`;
}

interface Part {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

const authentication = 'authentication.k8s.io';

/** What has to be allowed, each by itself. */
function actionsOf({ name, uid, groups, extra }: Wanted): readonly Part[] {
  const usual = { group: '', subresource: '', namespace: '' };
  return [
    { ...usual, resource: 'users', name, ...accountNamed(name) },
    ...(uid === '' ? [] : [{ ...usual, group: authentication, resource: 'uids', name: uid }]),
    ...groups.map(group => ({ ...usual, resource: 'groups', name: group })),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map(value => ({
        ...usual,
        group: authentication,
        resource: 'userextras',
        subresource: key,
        name: value,
      })),
    ),
  ];
}

const nodePrefix = 'system:node:';

/** What a refusal names: the first of the ways to act as somebody, as the real server does. */
function refusalOf(
  info: RequestInfo,
  { name, uid, groups, extra }: Wanted,
  action: Part & { readonly verb: string },
): readonly [info: RequestInfo, verb: string] {
  const nameAlone = uid === '' && groups.length === 0 && Object.keys(extra).length === 0;
  const special = name.startsWith(nodePrefix)
    ? 'arbitrary-node'
    : accountNamed(name) === undefined
      ? undefined
      : 'serviceaccount';
  if (special === undefined) return [info, `impersonate-on:user-info:${info.verb}`];
  if (nameAlone) return [info, `impersonate-on:${special}:${info.verb}`];
  return [{ ...info, ...action, isResource: true }, action.verb];
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
