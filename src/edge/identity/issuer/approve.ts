import { approvalPage } from '../pages/index.ts';
import { type Answer, redirect, withQuery } from './answers.ts';
import { issuerErrors } from './errors.ts';
import { cookieName, ended, leadsTo, loginCookie, postedFromHere } from './login.ts';
import { writeParameters } from './parameters.ts';
import { approvalProof, browserProof, type Proven } from './pending.ts';
import { isSame, newId } from './secrets.ts';
import type { Visit } from './visit.ts';
import { Steps } from './way.ts';

interface AtApproval {
  /** `req` */
  readonly id: string;
  readonly proven: Proven;
}

function approvalUnderWay({ site, query }: Visit): AtApproval {
  const id = query.get('req') ?? '';
  const proven = site.pending.atApproval(id);
  if (proven !== undefined) return { id, proven };
  if (site.pending.atLogin(id) === undefined) throw ended();
  throw issuerErrors.make['login-unfinished'](
    `Login process not yet finalized: post name and password to ${site.root}/auth/local?req=${id} first.`,
  );
}

/**
 * Whoever gave the password goes on. A browser shows it by what only it was told; what is no browser by its address, and it can
 * never go on with what a browser has begun (CVE-2022-39222: knowing `req` was enough).
 */
function samePerson({ caller, query, id, proven }: Visit & AtApproval): void {
  if (proven.byBrowser) {
    const told = isSame(query.get('hmac') ?? '', approvalProof(id, proven));
    const kept = isSame(caller.cookies.get(cookieName(id)) ?? '', browserProof(id, proven));
    if (told && kept) return;
  } else if (!caller.isBrowser && caller.address === proven.address) {
    return;
  }
  throw issuerErrors.make['login-approval-unauthorized'](
    'Unauthorized request: the password was given from another browser, program or address. Go on where it was given.',
  );
}

function asked(visit: Visit & AtApproval): Answer {
  const { site, id, proven, query } = visit;
  if (site.skipApproval && !proven.force) return approved(visit);
  return approvalPage({
    action: `${site.root}/approval?${writeParameters({ req: id, hmac: query.get('hmac') })}`,
    client: site.clients.find(proven.clientId)?.name ?? proven.clientId,
    user: proven.email,
    scopes: proven.scopes,
    leadsTo: leadsTo(proven),
  });
}

function decided(visit: Visit & AtApproval): Answer {
  if (visit.form.get('approval') === 'approve') return approved(visit);
  const description = 'Approval rejected.';
  return finished(visit, () => ({ error: 'access_denied', error_description: description }));
}

function approved(visit: Visit & AtApproval): Answer {
  const { clientId, redirectUri, scopes, nonce, challenge, email, stamp } = visit.proven;
  return finished(visit, () => ({
    code: visit.site.codes.give({
      clientId,
      redirectUri,
      scopes,
      nonce,
      challenge,
      email,
      stamp,
      grant: newId(),
    }),
  }));
}

/** Ends the login, for one caller only, and sends it back to the client. */
function finished(visit: Visit & AtApproval, told: () => Readonly<Record<string, string>>): Answer {
  const { site, id, proven, method } = visit;
  if (!site.pending.finish(id)) throw ended();
  const query = writeParameters({ ...told(), state: proven.state });
  const cookies = proven.byBrowser ? [loginCookie(site, id, '', 0)] : [];
  return redirect(303, withQuery(proven.redirectUri, query), method, cookies);
}

/** Somebody comes from the login; he is asked, or sent on at once. */
export const showApproval = Steps.from<Visit>().find(approvalUnderWay).check(samePerson).answer(asked);

/** Somebody has been asked. */
export const approve = Steps.from<Visit>()
  .find(approvalUnderWay)
  .check(samePerson)
  .check(postedFromHere)
  .answer(decided);
