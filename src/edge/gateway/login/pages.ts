import { CodedError } from '../../../base/errors/index.ts';
import { isBelow, sessionCookie } from '../../../base/access/index.ts';
import type { Closed, Known } from '../../identity/index.ts';
import {
  type GuardedForm,
  homePage,
  logoutPage,
  type Offered,
  sendPage,
} from '../../identity/pages/index.ts';
import { returnPath } from '../../identity/party/index.ts';
import { redirect, sendError, sendJson } from './answers.ts';
import { commandsFor } from './commands.ts';
import type { Doorkeeper, Next } from './contract.ts';
import { clearCookie, cookieValues, setCookie } from './cookies.ts';
import { isBrowser, isForeign } from './credentials.ts';
import { beginLogin, flowName } from './deciding.ts';
import { loginErrors } from './errors.ts';
import type { Visit } from './visit.ts';

type OwnPage = (visit: Visit, door: Doorkeeper) => Promise<Next>;

/** A session ends after 24 hours, whatever is done with it. */
const sessionTime = 24 * 3_600_000;

/** Paths that are the gateway's own on every host: those of both session components of Kubeflow. */
export const ownPages: ReadonlyMap<string, OwnPage> = new Map<string, OwnPage>([
  ['/login/oidc', callback],
  ['/authservice/oidc/callback', callback],
  ['/oauth2/callback', callback],
  ['/logout', logout],
  ['/authservice/logout', logout],
  ['/oauth2/sign_out', logout],
  ['/oauth2/start', start],
  ['/oauth2/auth', check],
  ['/authservice/verify', check],
  ['/oauth2/userinfo', userinfo],
]);

/** Ends a login: who comes back from the issuer gets the cookie of a session that nobody had before. */
async function callback(visit: Visit, door: Doorkeeper): Promise<Next> {
  const { method, head, sink, path, query } = visit;
  if (method !== 'GET') return wrongMethod(visit, 'GET', door);
  const header = head.header('cookie');
  try {
    const cookie = (name: string): string | undefined => {
      const values = cookieValues(header, flowName(name, door));
      return values.length === 1 ? values[0] : undefined;
    };
    const returned = await door.party.finish({ callback: path, query, browser: isBrowser(head), cookie });
    const { returnTo, spent, ...login } = returned;
    door.reached.by(head.header('host') ?? '', door.table());
    const now = door.now();
    const { handle, expires } = await door.keeper.open({ ...login, expires: now + sessionTime });
    const { secure } = door;
    const facts = { name: sessionCookie, value: handle, expires, lifetime: expires - now, secure };
    const cookies = [setCookie(facts)];
    if (spent !== undefined) cookies.push(clearCookie(flowName(spent, door), secure));
    door.count(302);
    redirect(sink, method, returnTo, cookies);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    await refuseCallback(visit, error, door);
  }
  return 'done';
}

async function refuseCallback(visit: Visit, error: CodedError, door: Doorkeeper): Promise<void> {
  const { head, sink, method } = visit;
  // Somebody goes back in a browser to a login that has done its work.
  if (error.code === 'login-state-used' && isBrowser(head) && (await knownOf(visit, door)) !== undefined) {
    door.count(302);
    return redirect(sink, method, '/');
  }
  // What is wrong with the issuer or its client is for whoever runs the gateway, and is told whole.
  const reason = error.fault === 'server' ? error.message : error.code;
  door.audit({ event: 'login-refused', user: '', from: head.peer?.address, reason });
  door.count(error.status);
  sendError(sink, head, error);
}

/** Who asks, when he has not been asked for yet. */
async function knownOf({ seen }: Visit, { knowing }: Doorkeeper): Promise<Known | undefined> {
  const { credential } = seen;
  if (credential.kind === 'none' || credential.kind === 'unusable') return undefined;
  const values = credential.kind === 'bearer' ? [credential.value] : credential.values;
  for (const value of values) {
    const looked = knowing.look(value);
    const known = looked === 'unasked' ? await knowing.ask(value) : looked;
    if (known !== undefined) return known;
  }
  return undefined;
}

/** Ends a session; a link alone only asks whether to. */
async function logout(visit: Visit, door: Doorkeeper): Promise<Next> {
  const { method, head, sink, query, path } = visit;
  const to = returnPath(query.get('rd') ?? '/');
  const known = await knownOf(visit, door);
  if (method === 'GET' || method === 'HEAD') {
    door.count(known === undefined ? 303 : 200);
    if (known === undefined) redirect(sink, method, to, clearing(visit, door), 303);
    else sendPage(sink, logoutPage(known.user.name, await logoutForm(path, door)));
    return 'done';
  }
  if (method !== 'POST') return wrongMethod(visit, 'GET, POST', door);
  const { credential } = visit.seen;
  if (credential.kind === 'cookie' && isForeign(head)) {
    door.count(403);
    const text = 'A page of another origin had the browser send this; nobody has been logged out.';
    sendError(sink, head, loginErrors.make['request-foreign'](text));
    return 'done';
  }
  if (credential.kind === 'unusable' || (credential.kind === 'bearer' && known === undefined)) {
    door.count(401);
    const text = 'There is no such session: it is wrong, has expired, or was ended before.';
    sendError(sink, head, loginErrors.make['credential-refused'](text), [
      ['WWW-Authenticate', 'Bearer realm="davit"'],
    ]);
    return 'done';
  }
  const values =
    credential.kind === 'cookie' ? credential.values : credential.kind === 'bearer' ? [credential.value] : [];
  let closed: Closed | undefined;
  for (const value of values) {
    const one = await door.keeper.close(value);
    closed ??= one;
    door.knowing.drop(value);
  }
  // What the issuer remembers would log in the next one who asks.
  const elsewhere = closed === undefined ? undefined : await door.party.ending(closed.idToken);
  if (credential.kind === 'bearer') {
    door.count(201);
    const cookies = clearing(visit, door).map(one => ['Set-Cookie', one] as const);
    sendJson(sink, 201, { afterLogoutURL: elsewhere ?? to }, cookies);
  } else {
    door.count(303);
    redirect(sink, method, elsewhere ?? to, clearing(visit, door), 303);
  }
  return 'done';
}

/** Browsers follow the answer to a form only where the page has said that it may lead. */
async function logoutForm(action: string, { party }: Doorkeeper): Promise<GuardedForm> {
  const elsewhere = await party.ending();
  return { action, fields: [], leadsTo: elsewhere === undefined ? [] : [new URL(elsewhere).origin] };
}

function clearing({ head }: Visit, { secure }: Doorkeeper): string[] {
  const sent = cookieValues(head.header('cookie'), sessionCookie).length > 0;
  return sent ? [clearCookie(sessionCookie, secure)] : [];
}

/** What oauth2-proxy's clients call: begins a login that returns to `rd`. */
async function start(visit: Visit, door: Doorkeeper): Promise<Next> {
  if (visit.method !== 'GET' && visit.method !== 'HEAD') return wrongMethod(visit, 'GET', door);
  return beginLogin(visit, door, returnPath(visit.query.get('rd') ?? '/'), '/oauth2/callback');
}

/** Whether somebody is known, for proxies that ask before they pass something on. */
async function check(visit: Visit, door: Doorkeeper): Promise<Next> {
  const known = await knownOf(visit, door);
  if (known === undefined) return unknownHere(visit, door);
  const status = visit.path === '/oauth2/auth' ? 202 : 204;
  door.count(status);
  sendJson(visit.sink, status, {});
  return 'done';
}

async function userinfo(visit: Visit, door: Doorkeeper): Promise<Next> {
  const known = await knownOf(visit, door);
  if (known === undefined) return unknownHere(visit, door);
  const { name, groups } = known.user;
  door.count(200);
  sendJson(visit.sink, 200, { user: name, email: name, groups });
  return 'done';
}

function unknownHere({ sink, head }: Visit, { count }: Doorkeeper): Next {
  count(401);
  const text = 'Nobody is known to ask: send Authorization: Bearer with a token, or the cookie of a login.';
  sendError(sink, head, loginErrors.make['login-needed'](text), [
    ['WWW-Authenticate', 'Bearer realm="davit"'],
  ]);
  return 'done';
}

function wrongMethod({ sink, head, method }: Visit, allowed: string, { count }: Doorkeeper): Next {
  count(405);
  const text = `${method.slice(0, 20)} does nothing here; expected ${allowed}.`;
  sendError(sink, head, loginErrors.make['login-method-wrong'](text), [['Allow', allowed]]);
  return 'done';
}

/** Where people are after a login: nothing else is at these paths. */
export function homeOf(visit: Visit, known: Known, door: Doorkeeper): Next | Promise<Next> {
  const { path, head, sink } = visit;
  if (isBelow(path, '/pipeline/apis') || isBelow(path, '/apis')) {
    door.count(404);
    const text =
      'Kubeflow Pipelines is not here: this is the gateway to InferenceServices, with the same login.';
    sendError(sink, head, loginErrors.make['pipelines-missing'](text));
    return 'done';
  }
  if (path !== '/' && path !== '/pipeline' && path !== '/pipeline/') return 'on';
  if (visit.method !== 'GET' && visit.method !== 'HEAD') return wrongMethod(visit, 'GET', door);
  visit.keep();
  return showHome(visit, known, door);
}

async function showHome(visit: Visit, known: Known, door: Doorkeeper): Promise<Next> {
  const { head, sink } = visit;
  const { user, expires: ends } = known;
  const groups = user.groups.filter(group => group !== 'system:authenticated');
  const models = modelsFor(known, door);
  door.count(200);
  if (head.header('accept')?.includes('json') === true) {
    sendJson(sink, 200, { user: user.name, groups, ends: new Date(ends).toISOString(), models });
    return 'done';
  }
  const logout = await logoutForm('/logout', door);
  const base = `http${door.secure ? 's' : ''}://${head.header('host') ?? 'localhost'}`;
  sendPage(
    sink,
    homePage({ user: user.name, groups, ends, logout, models, commands: commandsFor(base, models) }),
  );
  return 'done';
}

/** So many models are listed. */
const listed = 100;

function modelsFor(known: Known, { table, policy, secure }: Doorkeeper): Offered[] {
  const models: Offered[] = [];
  for (const [name, candidates] of table().models) {
    for (const { namespace, host } of candidates) {
      if (models.length >= listed) return models;
      if (!policy.mayMention(known, namespace, name)) continue;
      models.push({
        namespace,
        name,
        url: host === undefined ? '' : `http${secure ? 's' : ''}://${host}`,
        ready: host !== undefined,
      });
    }
  }
  return models;
}
