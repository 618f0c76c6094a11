import type { JWK, JWTPayload } from 'jose';
import { CodedError } from '../../../base/errors/index.ts';
import { type Handler, type Head, prepareHead } from '../../../base/net/index.ts';
import { type Answer, Ended } from './answers.ts';
import { Attempts } from './attempts.ts';
import { isLoopback } from './callers.ts';
import { Clients } from './clients.ts';
import { CodeStore } from './codes.ts';
import { defaultBounds, defaultLifetimes, type IssuerOptions } from './contract.ts';
import { type Endpoint, endpoints } from './endpoints.ts';
import { issuerErrors } from './errors.ts';
import { KeyRing } from './keys.ts';
import { PendingStore } from './pending.ts';
import { RefreshStore } from './refreshing.ts';
import { refusal } from './refusals.ts';
import { type Site, visitOf } from './visit.ts';

/** An issuer of ID tokens that clients take for Dex. */
export interface Issuer {
  /** Answers below the path of the issuer’s address. */
  readonly handler: Handler;
  /** The public keys, as they are published. */
  keys(): readonly JWK[];
  /** What a token of this issuer says; undefined for one that is not its own or has expired. Whether its grant was ended is not looked at. */
  verify(token: string): Promise<JWTPayload | undefined>;
  /** Changes the signing key when the time has come: to be called about once a minute, so that nobody waits for a new key. */
  rotate(): Promise<void>;
}

/** Makes an issuer; its keys are taken from the records, or made. */
export async function createIssuer(options: IssuerOptions): Promise<Issuer> {
  const site = await siteOf(options);
  return {
    handler: async (method, target, head, body, sink) => {
      const { status, fields, body: text } = await answer(site, method, target, head, body);
      sink.send(prepareHead(status, fields), text);
    },
    keys: () => site.keys.published(),
    verify: token => site.keys.verify(token, site.url),
    rotate: () => site.keys.rotate(),
  };
}

async function siteOf(options: IssuerOptions): Promise<Site> {
  const { records, now, clients } = options;
  const lifetimes = { ...defaultLifetimes, ...options.lifetimes };
  const bounds = { ...defaultBounds, ...options.bounds };
  const stored = { records, lifetimes, bounds, now };
  return {
    skipApproval: true,
    enforcePkce: false,
    withoutCookies: true,
    isProxy: isLoopback,
    ...options,
    root: new URL(options.url).pathname.replace(/\/$/, ''),
    clients: new Clients(clients),
    lifetimes,
    keys: await KeyRing.open(records, lifetimes, now),
    pending: new PendingStore({ ...stored, onCrowded: options.onCrowded }),
    codes: new CodeStore(stored),
    refreshing: new RefreshStore(stored),
    attempts: new Attempts(now),
  };
}

async function answer(
  site: Site,
  method: string,
  target: string,
  head: Head,
  body: Uint8Array,
): Promise<Answer> {
  const mark = target.indexOf('?');
  const whole = mark < 0 ? target : target.slice(0, mark);
  const path = whole.startsWith(`${site.root}/`) ? whole.slice(site.root.length) : '';
  const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
  if (endpoint === undefined) return refusal(unknownPath(site, whole), 'page');
  const way = Object.hasOwn(endpoint.ways, method)
    ? endpoint.ways[method as keyof Endpoint['ways']]
    : undefined;
  if (way === undefined) return wrongMethod(endpoint, method);
  try {
    return await way(visitOf(site, method, [path, mark < 0 ? '' : target.slice(mark + 1)], head, body));
  } catch (thrown) {
    if (thrown instanceof Ended) return thrown.answer;
    if (thrown instanceof CodedError) return refusal(thrown, endpoint.refuses);
    throw thrown;
  }
}

function unknownPath({ root }: Site, path: string): CodedError {
  const found = JSON.stringify(path.slice(0, 100));
  const connector = path.startsWith(`${root}/auth/`) ? ' The only connector is local.' : '';
  return issuerErrors.make['login-path-unknown'](`The issuer has nothing at ${found}.${connector}`);
}

function wrongMethod({ ways, refuses }: Endpoint, method: string): Answer {
  const allowed = Object.keys(ways).join(', ');
  const error = issuerErrors.make['login-method-refused'](
    `The method was ${method.slice(0, 20)}; expected ${allowed}.`,
  );
  return refusal(error, refuses, [['Allow', allowed]]);
}

/** Words the errors of a listener that carries an issuer. */
export function describeError(error: CodedError): { fields: Answer['fields']; body: Uint8Array } {
  const { fields, body } = refusal(error, 'page');
  return { fields, body };
}
