import { randomBytes, timingSafeEqual } from 'node:crypto';
import { buildAuthorizationUrl, buildEndSessionUrl, calculatePKCECodeChallenge } from 'openid-client';
import { flowCookies } from '../../../base/access/index.ts';
import type { IssuerFacts, Keeper, Shared } from '../index.ts';
import { partyErrors } from './errors.ts';
import { exchange, type Exchanged } from './exchange.ts';
import { Issuer } from './issuer.ts';
import { withoutCode } from './refusals.ts';
import { returnPath } from './returning.ts';
import { derived, type Login, open, seal, sha256 } from './sealing.ts';

/** Milliseconds that a login may take. */
const loginTime = 30 * 60_000;
/** Milliseconds that the clocks of two gateways may differ. */
const skew = 60_000;
/** Milliseconds that what gateways share is good for: keys are added, and the issuer may be another. */
const sharedTime = 60_000;

export interface PartyOptions {
  readonly keeper: Pick<Keeper, 'shared' | 'spend'>;
  /** How people reach this gateway, such as `https://ml.example.com`; an issuer that is not our own has to know it. */
  readonly publicUrl: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of the issuer, at first and when it is another. */
  readonly onIssuer?: (facts: IssuerFacts) => void;
}

/** A login that begins. */
export interface Beginning {
  /** Path and query that were asked for. */
  readonly returnTo: string;
  /** Path of ours that the issuer is to send people back to. */
  readonly callback: string;
  /** Whether a browser asks: it has to show the same cookie when it comes back. */
  readonly browser: boolean;
}

export interface Begun {
  /** Where to go: a path for the built-in issuer, a URL for others. */
  readonly location: string;
  /** What the browser is to keep until it comes back, `lifetime` milliseconds at most. */
  readonly cookie: { readonly name: string; readonly value: string; readonly lifetime: number } | undefined;
}

/** Somebody who comes back from the issuer. */
export interface Returning {
  /** Path that was called. */
  readonly callback: string;
  readonly query: URLSearchParams;
  readonly browser: boolean;
  /** The value of a cookie of the request, if it has one value. */
  readonly cookie: (name: string) => string | undefined;
}

export interface LoggedIn extends Exchanged {
  readonly returnTo: string;
  /** Name of the cookie that has done its work. */
  readonly spent: string | undefined;
}

/** Sends people to the issuer, and takes what they come back with. */
export class RelyingParty {
  readonly #options: PartyOptions;
  #known: { shared: Shared; issuer: Issuer; until: number } | undefined;

  constructor(options: PartyOptions) {
    this.#options = options;
  }

  /**
   * Learns who the issuer is.
   * @throws what the keeper throws
   */
  async learn(): Promise<void> {
    await this.#knowing();
  }

  /**
   * Asks an issuer elsewhere what it offers, as every login does; our own needs no asking.
   * @throws `issuer-unreachable`, `issuer-answer-wrong`, and what the keeper throws
   */
  async look(): Promise<void> {
    const { issuer } = await this.#knowing();
    if (!isOurs(issuer.facts)) await issuer.configuration();
  }

  /** @throws `issuer-unreachable`, `issuer-answer-wrong` */
  async begin({ returnTo, callback, browser }: Beginning): Promise<Begun> {
    const { shared, issuer } = await this.#knowing();
    const [key] = shared.sealing;
    if (key === undefined)
      throw partyErrors.make['issuer-unreachable']('There is no key to seal a login with yet.');
    const secret = browser ? randomBytes(16).toString('base64url') : undefined;
    const login: Login = {
      begun: this.#options.now(),
      seed: randomBytes(32),
      binding: secret === undefined ? undefined : sha256(secret),
      returnTo: returnPath(returnTo),
    };
    const config = await issuer.configuration();
    const { facts } = issuer;
    // In the order in which Go's clients write them: of their names.
    const url = buildAuthorizationUrl(config, {
      client_id: facts.clientId,
      code_challenge: await calculatePKCECodeChallenge(derived(login, 'verifier')),
      code_challenge_method: 'S256',
      nonce: derived(login, 'nonce'),
      redirect_uri: this.#redirectUri(facts, callback),
      response_type: 'code',
      scope: facts.scopes.join(' '),
      state: seal(login, key),
    });
    const location = isOurs(facts) ? `${url.pathname}${url.search}` : url.href;
    const cookie =
      secret === undefined ? undefined : { name: cookieOf(login), value: secret, lifetime: loginTime };
    return { location, cookie };
  }

  /**
   * @throws `login-state-wrong`, `login-state-used`, `login-expired`, `login-elsewhere`, `login-refused`, `login-unnamed`,
   *   `issuer-unreachable`, `issuer-answer-wrong`
   */
  async finish(returning: Returning): Promise<LoggedIn> {
    const { query } = returning;
    const { shared, issuer } = await this.#knowing();
    const { state, login } = begunBy(parameter(query, 'state'), shared.sealing);
    checkTime(login, this.#options.now());
    checkBrowser(login, returning);
    const code = parameter(query, 'code');
    if (code === undefined) throw withoutCode(query);
    const coming = {
      code,
      state,
      iss: parameter(query, 'iss'),
      login,
      redirectUri: this.#redirectUri(issuer.facts, returning.callback),
    };
    const fresh = await this.#options.keeper.spend(markOf(state), login.begun + loginTime + skew);
    if (!fresh) {
      // Somebody else may have been first where no browser is bound: used again, the code revokes what it gave.
      if (login.binding === undefined) await exchange(issuer, coming).catch(() => {});
      throw partyErrors.make['login-state-used'](usedText(login));
    }
    const exchanged = await exchange(issuer, coming);
    const spent = login.binding === undefined ? undefined : cookieOf(login);
    return { ...exchanged, returnTo: login.returnTo, spent };
  }

  /**
   * Where a browser goes to end its login at the issuer, too (OpenID Connect RP-Initiated Logout); undefined where that is our own,
   * has no such place, or cannot be asked.
   * @param idToken what it gave at the login
   */
  async ending(idToken?: string): Promise<string | undefined> {
    try {
      const { issuer } = await this.#knowing();
      if (isOurs(issuer.facts)) return undefined;
      const config = await soon(issuer.configuration());
      if (config?.serverMetadata().end_session_endpoint === undefined) return undefined;
      return buildEndSessionUrl(config, {
        post_logout_redirect_uri: new URL('/', this.#options.publicUrl()).href,
        ...(idToken !== undefined && { id_token_hint: idToken }),
      }).href;
    } catch {
      return undefined;
    }
  }

  #redirectUri(facts: IssuerFacts, callback: string): string {
    return isOurs(facts) ? callback : new URL(callback, this.#options.publicUrl()).href;
  }

  async #knowing(): Promise<{ shared: Shared; issuer: Issuer }> {
    const { keeper, now } = this.#options;
    if (this.#known !== undefined && now() < this.#known.until) return this.#known;
    const shared = await keeper.shared();
    const before = this.#known?.issuer;
    const same = before !== undefined && JSON.stringify(before.facts) === JSON.stringify(shared.issuer);
    const issuer = same ? before : new Issuer(shared.issuer, now);
    this.#known = { shared, issuer, until: now() + sharedTime };
    if (!same) this.#options.onIssuer?.(issuer.facts);
    return this.#known;
  }
}

/** Milliseconds that a page waits for an issuer which can be done without. */
const patience = 1000;

async function soon<T>(asked: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), patience);
  try {
    return await Promise.race([asked, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The built-in issuer is behind the same gateway: people are sent there by path, whatever name they reached it by. */
function isOurs({ inside }: IssuerFacts): boolean {
  return inside !== undefined;
}

/** A parameter of the query, also as it is called when an address was copied from the text of an HTML page. */
function parameter(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) ?? query.get(`amp;${name}`) ?? undefined;
}

function begunBy(state: string | undefined, keys: readonly Uint8Array[]): { state: string; login: Login } {
  if (state === undefined) {
    throw partyErrors.make['login-state-wrong'](
      'Missing url parameter: state. The issuer sends back the one that it was given.',
    );
  }
  const login = open(state, keys);
  if (login !== undefined) return { state, login };
  throw partyErrors.make['login-state-wrong'](
    'The state is none that was given out here: copy the whole address.',
  );
}

function checkTime({ begun }: Login, now: number): void {
  const age = now - begun;
  if (age <= loginTime && age >= -skew) return;
  const minutes = Math.round(age / 60_000);
  throw partyErrors.make['login-expired'](
    `This login began ${minutes} minutes ago; one is good for 30 minutes.`,
  );
}

/** Whoever makes another one's browser end a login would have it logged in as himself. */
function checkBrowser(login: Login, { browser, cookie }: Returning): void {
  if (login.binding === undefined) {
    if (!browser) return;
    throw partyErrors.make['login-elsewhere']('This login was begun by no browser, so none can end it.');
  }
  const shown = cookie(cookieOf(login));
  if (shown !== undefined && timingSafeEqual(sha256(shown), login.binding)) return;
  throw partyErrors.make['login-elsewhere'](
    'This login was begun in a browser that is not the one that ends it, or that keeps no cookies.',
  );
}

function cookieOf(login: Login): string {
  return `${flowCookies}${derived(login, 'name').slice(0, 12)}`;
}

/** The state may stand in logs of others; what is kept of it opens nothing. */
function markOf(state: string): string {
  return `login:${sha256(state).toString('base64url')}`;
}

function usedText({ binding }: Login): string {
  return binding === undefined
    ? 'This login has come back before, and its code is good once. The session that it gave is ended, since two have had the code: begin again.'
    : 'This login has come back before, and its code is good once. Begin again if you are not logged in.';
}
