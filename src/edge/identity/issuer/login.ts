import { passwordCookies } from '../../../base/access/index.ts';
import type { Field } from '../../../base/net/index.ts';
import type { Person } from '../index.ts';
import { loginPage } from '../pages/index.ts';
import { type Answer, Ended, redirect } from './answers.ts';
import { issuerErrors } from './errors.ts';
import { stampOf } from './grants.ts';
import { writeParameters } from './parameters.ts';
import { approvalProof, browserProof, type Proven, type Wanted } from './pending.ts';
import { digestOf } from './secrets.ts';
import type { Site, Visit } from './visit.ts';
import { Steps } from './way.ts';

interface AtLogin {
  /** `req` */
  readonly id: string;
  readonly wanted: Wanted;
}

export function ended(): Error {
  return issuerErrors.make['login-ended'](
    'Login session expired: it has been finished, has taken too long, or was never begun. Begin again.',
  );
}

/** Dex calls it `req` at first, and `state` in later versions. */
function loginUnderWay({ site, query }: Visit): AtLogin {
  const id = query.get('req') ?? query.get('state') ?? '';
  const wanted = site.pending.atLogin(id);
  if (wanted === undefined) throw ended();
  return { id, wanted };
}

/** A form of ours was posted, not one that another site has made: whoever sees that would not know where he logs in. */
export function postedFromHere({ caller }: Visit): void {
  if (!caller.isBrowser || caller.fromHere) return;
  throw issuerErrors.make['login-foreign-form'](
    'A page of another site has posted this form: the browser’s Sec-Fetch-Site, Origin or Referer is not of this site.',
  );
}

function credentials({ form }: Visit): { readonly login: string; readonly password: string } {
  return { login: (form.get('login') ?? '').trim().slice(0, 254), password: form.get('password') ?? '' };
}

type Trying = Visit & AtLogin & { readonly login: string; readonly password: string };

async function rightPassword(visit: Trying): Promise<{ readonly person: Person }> {
  const { site, caller, login, password } = visit;
  const email = login.toLowerCase();
  const wait = site.attempts.begin(email, caller.network);
  if (wait > 0) throw refused(visit, 'attempts', tooMany(visit, Math.ceil(wait / 1000)));
  const person = site.people.find(email);
  let right: boolean | undefined;
  try {
    right = await site.passwords.check(password, person?.hash);
  } finally {
    site.attempts.end(email, caller.network, right);
  }
  if (!right || person === undefined) {
    throw refused(visit, 'password', form(visit, 401, 'Invalid Email Address and password.'));
  }
  return { person };
}

function refused({ site, login, caller }: Trying, reason: string, answer: Answer): Ended {
  // What has no @ may be a password that was typed into the wrong field.
  site.audit({
    event: 'login-refused',
    user: login.includes('@') ? login : '-',
    from: caller.address,
    reason,
  });
  return new Ended(answer);
}

function tooMany(visit: Trying, seconds: number): Answer {
  const answer = form(visit, 429, `Too many attempts. Try again in ${seconds} seconds.`);
  return { ...answer, fields: [...answer.fields, ['Retry-After', String(seconds)]] };
}

function proven(visit: Trying & { person: Person }): { readonly proven: Proven } {
  const { site, id, caller, person } = visit;
  const { email } = person;
  const byBrowser = caller.isBrowser || !site.withoutCookies;
  const proven = site.pending.prove(id, {
    email,
    stamp: stampOf(person),
    byBrowser,
    address: caller.address,
  });
  if (proven === undefined) throw ended();
  site.audit({ event: 'login', user: email, from: caller.address });
  return { proven };
}

/** What was typed into a browser needs more than `req` to go on: its address and a cookie prove that it is the same browser. */
function toApproval({ site, id, proven, method }: Visit & { id: string; proven: Proven }): Answer {
  const address = `${site.root}/approval?req=${id}`;
  if (!proven.byBrowser) return redirect(303, address, method);
  const cookie = loginCookie(site, id, browserProof(id, proven), site.lifetimes.approval);
  return redirect(303, `${address}&hmac=${approvalProof(id, proven)}`, method, [cookie]);
}

/** Of each login under way its own, so that two tabs do not get into each other’s way; the gateway’s own, `davit_login_…`, are kept from whoever is behind it. */
export function cookieName(id: string): string {
  return `${passwordCookies}${digestOf(id).slice(0, 12)}`;
}

/** @param lifetime milliseconds; 0 removes the cookie */
export function loginCookie(site: Site, id: string, value: string, lifetime: number): Field {
  const secure = site.url.startsWith('https:') ? '; Secure' : '';
  const age = `Max-Age=${Math.floor(lifetime / 1000)}`;
  return [
    'Set-Cookie',
    `${cookieName(id)}=${value}; Path=${site.root}/; ${age}; HttpOnly; SameSite=Lax${secure}`,
  ];
}

function form(visit: Visit & AtLogin, status: number, error?: string): Answer {
  const { site, path, query, wanted } = visit;
  const { req, state, back } = Object.fromEntries(query);
  return loginPage({
    status,
    action: `${site.root}${path}?${writeParameters({ req, state, back })}`,
    login: (visit.form.get('login') ?? '').slice(0, 254),
    ...(error === undefined ? {} : { error }),
    client: site.clients.find(wanted.clientId)?.name ?? wanted.clientId,
    leadsTo: leadsTo(wanted),
  });
}

/** Browsers follow the answer to a form only where the page has said that it may lead. */
export function leadsTo({ redirectUri }: Wanted): string[] {
  const { origin } = URL.parse(redirectUri) ?? {};
  return origin === undefined || origin === 'null' ? [] : [origin];
}

/** Somebody looks at the form. */
export const showLogin = Steps.from<Visit>()
  .find(loginUnderWay)
  .answer(visit => form(visit, 200));

/** Somebody sends name and password. */
export const logIn = Steps.from<Visit>()
  .find(loginUnderWay)
  .check(postedFromHere)
  .find(credentials)
  .find(rightPassword)
  .find(proven)
  .answer(toApproval);
