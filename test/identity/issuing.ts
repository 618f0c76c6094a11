/** A real issuer behind a real listener, for tests. */
import { compare, hashSync } from 'bcryptjs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createListener } from '../../src/base/net/index.ts';
import {
  type AuditEvent,
  MemoryRecords,
  type Person,
  type Records,
  type Row,
} from '../../src/edge/identity/index.ts';
import {
  type Client,
  createIssuer,
  describeError,
  type Issuer,
  type IssuerOptions,
} from '../../src/edge/identity/issuer/index.ts';

export const password = '12341234';
const hash = hashSync(password, 4);
const nobody = hashSync('', 4);

export const user: Person = {
  email: 'user@example.com',
  userId: '15841185641784',
  username: 'user',
  groups: ['team-a'],
  hash,
};

/** As Kubeflow configures it. */
export const kubeflow: Client = {
  id: 'kubeflow-oidc-authservice',
  name: 'Dex Login Application',
  secret: 'pUBnBOY80SnXgjibTYM9ZWNzY2xreNGQok',
  redirectUris: ['/login/oidc', '/authservice/oidc/callback', '/oauth2/callback'],
  isPublic: false,
};

/** Keys take long to make: those of the first issuer serve all that do not ask for their own. */
let firstKeys: readonly Row[] = [];

export interface Issuing {
  readonly port: number;
  readonly issuer: Issuer;
  readonly records: Records;
  readonly events: AuditEvent[];
  readonly revoked: { grant: string; user: string }[];
  /** Those who can log in; may be changed. */
  readonly people: Map<string, Person>;
  /** Moves the clock, milliseconds. */
  readonly pass: (milliseconds: number) => void;
  /** Another issuer over the same records, as after a restart. */
  readonly again: () => Promise<Issuer>;
}

/** Starts an issuer at `http://localhost:PORT/dex`, or at `options.url`. */
export async function issuing(
  context: { readonly after: (step: () => unknown) => void },
  options: Partial<IssuerOptions> = {},
): Promise<Issuing> {
  let shift = 0;
  const now = (): number => Date.now() + shift;
  const records = new MemoryRecords(now);
  for (const row of options.lifetimes === undefined ? firstKeys : []) records.put('signing-key', row);
  const events: AuditEvent[] = [];
  const revoked: Issuing['revoked'] = [];
  const people = new Map([[user.email, user]]);
  let issuer: Issuer | undefined;
  const listener = createListener(
    { describe: describeError, limits: { bodyBytes: 64 * 1024 } },
    (...request) => issuer?.handler(...request),
  );
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  context.after(() => listener.close());
  const make = (): Promise<Issuer> =>
    createIssuer({
      url: `http://localhost:${port}/dex`,
      clients: [kubeflow],
      people: { find: email => people.get(email) },
      passwords: {
        check: async (typed, hash) => (await compare(typed, hash ?? nobody)) && hash !== undefined,
        hash: typed => Promise.resolve(hashSync(typed, 4)),
      },
      records,
      grants: {
        revoke: (grant, user) => {
          revoked.push({ grant, user });
          records.put('revoked-grant', { id: grant, value: '{}', owner: '', expires: Infinity });
        },
      },
      audit: event => void events.push(event),
      now,
      ...options,
    });
  issuer = await make();
  if (options.lifetimes === undefined) firstKeys = records.list('signing-key');
  const pass = (milliseconds: number): void => void (shift += milliseconds);
  return { port, issuer, records, events, revoked, people, pass, again: make };
}

export interface Answered {
  readonly status: number;
  /** Names in lower case; of several of one name the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: readonly string[];
  readonly body: string;
  readonly location: string;
}

/** Sends bytes as they are and reads the answer until the connection ends. */
export async function sendRaw(port: number, bytes: string | Uint8Array): Promise<Answered> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  return readAnswer(await text(socket));
}

export function readAnswer(answer: string): Answered {
  const end = answer.indexOf('\r\n\r\n');
  const [first = '', ...lines] = answer.slice(0, end).split('\r\n');
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const headers = new Map(fields);
  return {
    status: Number(first.split(' ')[1]),
    headers,
    cookies: fields.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    body: answer.slice(end + 4),
    location: headers.get('location') ?? '',
  };
}

export type Headers = Readonly<Record<string, string>>;

/** What a browser sends with a form of the page itself. */
export const browser: Headers = {
  Origin: 'http://localhost',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  'Upgrade-Insecure-Requests': '1',
};

function request(method: string, path: string, headers: Headers, body?: string): string {
  const form: Headers =
    body === undefined
      ? {}
      : {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': String(Buffer.byteLength(body)),
        };
  const lines = Object.entries({ Host: 'localhost', ...form, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body ?? ''}`;
}

export function get(port: number, path: string, headers: Headers = {}): Promise<Answered> {
  return sendRaw(port, request('GET', path, headers));
}

export function post(port: number, path: string, body: string, headers: Headers = {}): Promise<Answered> {
  return sendRaw(port, request('POST', path, headers, body));
}

export function basic({ id, secret = '' }: Client): Headers {
  return { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

export const asked =
  '/dex/auth?client_id=kubeflow-oidc-authservice&redirect_uri=%2Flogin%2Foidc&response_type=code&scope=profile+email+groups+openid&state=MTYabc';

export const credentials = `login=${encodeURIComponent(user.email)}&password=${password}`;

/** `req` of a login that has begun. */
export async function begun(port: number, path = asked): Promise<string> {
  const { location } = await get(port, path);
  return new URL(location, 'http://x').searchParams.get('req') ?? '';
}

/** A code, as curl gets it. */
export async function codeOf(port: number, path = asked): Promise<string> {
  const req = await begun(port, path);
  await post(port, `/dex/auth/local?req=${req}`, credentials);
  const { location } = await get(port, `/dex/approval?req=${req}`);
  return new URL(location, 'http://x').searchParams.get('code') ?? '';
}

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token?: string;
  readonly token_type: string;
  readonly expires_in: number;
}

export function exchange(port: number, code: string, more = '', redirect = '/login/oidc'): Promise<Answered> {
  const form = `grant_type=authorization_code&code=${code}&redirect_uri=${encodeURIComponent(redirect)}${more}`;
  return post(port, '/dex/token', form, basic(kubeflow));
}

export function claimsIn(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}
