import type { Head } from '../../../base/net/index.ts';
import type { Attempts } from './attempts.ts';
import type { Caller } from './callers.ts';
import { callerOf } from './callers.ts';
import type { Clients } from './clients.ts';
import type { CodeStore } from './codes.ts';
import type { IssuerOptions, Lifetimes } from './contract.ts';
import { issuerErrors } from './errors.ts';
import type { KeyRing } from './keys.ts';
import { type Parameters, readParameters } from './parameters.ts';
import type { PendingStore } from './pending.ts';
import type { RefreshStore } from './refreshing.ts';

type Given = Pick<IssuerOptions, 'url' | 'people' | 'passwords' | 'records' | 'grants' | 'audit' | 'now'>;
type Chosen = Required<Pick<IssuerOptions, 'skipApproval' | 'enforcePkce' | 'withoutCookies' | 'isProxy'>>;

/** What the steps of every endpoint work with. */
export interface Site extends Given, Chosen {
  /** Path of the issuer, such as `/dex`. */
  readonly root: string;
  readonly clients: Clients;
  readonly lifetimes: Lifetimes;
  readonly keys: KeyRing;
  readonly pending: PendingStore;
  readonly codes: CodeStore;
  readonly refreshing: RefreshStore;
  readonly attempts: Attempts;
}

/** A request to the issuer, read. */
export interface Visit {
  readonly site: Site;
  readonly method: string;
  /** Below the issuer’s own path. */
  readonly path: string;
  readonly caller: Caller;
  readonly query: Parameters;
  readonly form: Parameters;
  readonly authorization: string | undefined;
}

/** Bytes of a form: the largest carry a token. */
const largest = 32 * 1024;

/** @throws `login-parameter-invalid`, `login-body-large`, `login-body-form` */
export function visitOf(
  site: Site,
  method: string,
  [path, query]: readonly [string, string],
  head: Head,
  body: Uint8Array,
): Visit {
  return {
    site,
    method,
    path,
    caller: callerOf(head, site.isProxy),
    query: readParameters(query),
    form: readParameters(method === 'POST' ? formText(head, body) : ''),
    authorization: head.header('authorization'),
  };
}

function formText(head: Head, body: Uint8Array): string {
  if (body.length === 0) return '';
  if (body.length > largest) {
    const text = `The form has ${body.length} bytes; expected ${largest} at most.`;
    throw issuerErrors.make['login-body-large'](text);
  }
  const type = head.header('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    const found = type === '' ? 'no Content-Type' : `Content-Type ${JSON.stringify(type.slice(0, 80))}`;
    throw issuerErrors.make['login-body-form'](
      `The body came with ${found}; expected application/x-www-form-urlencoded.`,
    );
  }
  return Buffer.from(body).toString('utf8');
}

/** A parameter of the query or, for what is posted, of the form; not of both. */
export function parameter({ query, form }: Visit, name: string): string | undefined {
  if (query.has(name) && form.has(name)) {
    throw issuerErrors.make['login-parameter-invalid'](
      `The parameter ${name} was sent in the address and in the form; expected once.`,
    );
  }
  return query.get(name) ?? form.get(name);
}
