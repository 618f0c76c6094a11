import { flowCookies, isBelow, sessionCookie } from '../../../base/access/index.ts';
import type { Field } from '../../../base/net/index.ts';
import { issuerPath, type Known } from '../../identity/index.ts';
import type { Decision } from '../../identity/policy/index.ts';
import type { Owner } from '../routes/index.ts';
import { redirect, sendError, sendLost, wantsStatus } from './answers.ts';
import type { Doorkeeper, Next } from './contract.ts';
import { clearCookie, cookieNames, cookieValues, setCookie } from './cookies.ts';
import { isBrowser } from './credentials.ts';
import { loginErrors } from './errors.ts';
import { remember } from './repeating.ts';
import type { Visit } from './visit.ts';

/** Where the issuer is told to send people back to, as Kubeflow's clients know it. */
const usualCallback = '/login/oidc';
/** Logins that a browser may have under way; the cookies of older ones are taken away. */
const mostFlows = 8;

/** Leads somebody who is not known to the login, or tells him so. */
export async function turnAway(visit: Visit, door: Doorkeeper): Promise<Next> {
  const { foreign, head, sink, seen, method } = visit;
  if (foreign !== undefined) return refuseForeign(visit, foreign, door);
  const cleared = staleCookies(visit, door);
  const spoken = seen.credential.kind === 'bearer' || seen.credential.kind === 'unusable';
  if (spoken || wantsStatus(method, head) || isBelow(visit.path, issuerPath)) {
    const text = spoken
      ? 'The credential of the request is good for nothing here: it is wrong, has expired, or was revoked.'
      : 'Nobody is known to ask: send Authorization: Bearer with a token, or log in with a browser.';
    const error = loginErrors.make[spoken ? 'credential-refused' : 'login-needed'](text);
    const challenge = `Bearer realm="davit"${spoken ? ', error="invalid_token"' : ''}`;
    door.count(401);
    sendError(sink, head, error, [['WWW-Authenticate', challenge], ...cleared]);
    return 'done';
  }
  return beginLogin(visit, door, visit.target, usualCallback);
}

/** @throws what `RelyingParty.begin` does */
export async function beginLogin(
  visit: Visit,
  door: Doorkeeper,
  returnTo: string,
  callback: string,
): Promise<Next> {
  const { head, sink, method } = visit;
  const { location, cookie } = await door.party.begin({ returnTo, callback, browser: isBrowser(head) });
  const cookies = staleCookies(visit, door).map(([, value]) => value);
  if (cookie !== undefined) {
    const { name, value, lifetime } = cookie;
    const facts = { name: flowName(name, door), value, lifetime, secure: door.secure };
    cookies.push(setCookie({ ...facts, expires: door.now() + lifetime }));
  }
  door.count(302);
  redirect(sink, method, location, cookies);
  return 'done';
}

/** A name that begins so can be set over https by this host alone; over http browsers do not take it. */
export function flowName(name: string, { secure }: Pick<Doorkeeper, 'secure'>): string {
  return secure ? `__Host-${name}` : name;
}

/** Fields that take away cookies which are good for nothing: a session that was not looked at may be good. */
function staleCookies({ head, seen }: Visit, { secure }: Doorkeeper): Field[] {
  const header = head.header('cookie');
  const flows = cookieNames(header, flowName(flowCookies, { secure })).slice(0, -mostFlows);
  const looked = seen.credential.kind !== 'bearer' && cookieValues(header, sessionCookie).length > 0;
  const sessions = looked ? [sessionCookie] : [];
  return [...sessions, ...flows].map(name => ['Set-Cookie', clearCookie(name, secure)]);
}

function refuseForeign({ head, sink }: Visit, { user }: Known, { audit, count }: Doorkeeper): Next {
  const from = head.header('origin') ?? head.header('referer') ?? 'another site';
  const text = `A page of ${from.slice(0, 200)} had the browser send this; only pages of this host may use its cookie.`;
  audit({ event: 'access-refused', user: user.name, from: head.peer?.address, reason: text });
  count(403);
  sendError(sink, head, loginErrors.make['request-foreign'](text));
  return 'done';
}

/** Tells somebody who is known that he may not, or what he would be told if it were not there. */
export function deny(visit: Visit, known: Known, decision: Decision, door: Doorkeeper): Next {
  let { found } = visit;
  let { verdict, rule } = decision;
  if (verdict === 'unseen') {
    const sees = (namespace: string, name: string): boolean => door.policy.mayMention(known, namespace, name);
    const head = visit.seen.passedFor(known);
    visit.isPlain = false;
    found = visit.found = door.proxy.routeElse(visit.method, visit.path, head, sees);
    if (found === undefined || !('way' in found)) return 'on';
    ({ verdict, rule } = door.policy.decide(known, found.way.backend.owner, found.path));
    if (verdict === 'unseen') visit.found = undefined;
    if (verdict !== 'forbidden') return 'on';
  }
  const owner = found !== undefined && 'way' in found ? found.way.backend.owner : undefined;
  const text = `${known.user.name} may not call ${toldOf(owner)}: ${rule}.`;
  door.audit({
    event: 'access-refused',
    user: known.user.name,
    from: visit.head.peer?.address,
    reason: text,
  });
  door.count(403);
  sendError(visit.sink, visit.head, loginErrors.make['access-denied'](text));
  return 'done';
}

function toldOf(owner: Owner | undefined): string {
  return owner === undefined ? 'it' : `the ${owner.kind} ${owner.namespace}/${owner.name}`;
}

/** Sends a request on that may go on, or tells that it leads nowhere. */
export function goOn(visit: Visit, door: Doorkeeper): Next {
  const { proxy, policy } = door;
  const { found, known, bearer, method, target, body, sink, seen } = visit;
  if (found === undefined || !('way' in found)) {
    const sees = (namespace: string, name: string): boolean => policy.mayMention(known, namespace, name);
    proxy.lost(found, seen.passedFor(known), sink, sees, (to, error, more) =>
      sendLost(to, visit.head, error, more),
    );
    return 'done';
  }
  const asksItself = known !== undefined && policy.isGuarded(found.way.backend.owner);
  const head = seen.passedFor(known, asksItself ? bearer : undefined);
  const passage = proxy.passage(found, { method, target, head });
  remember(visit, found, passage, door);
  proxy.pass(passage, body, sink);
  return 'done';
}
