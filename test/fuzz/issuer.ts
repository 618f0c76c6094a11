/**
 * Sends an issuer whatever it may meet, forms, queries, cookies and tokens, most of it nearly right: `node test/fuzz/issuer.ts
 * [--seconds 10] [--seed 1]`. Nothing may fail but as a client’s mistake, nobody is sent where no client is, nothing that was sent is
 * shown as anything but text, and a code gives tokens once.
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import type { Head, Sink } from '../../src/base/net/index.ts';
import { MemoryRecords } from '../../src/edge/identity/index.ts';
import { type Client, createIssuer, type Issuer } from '../../src/edge/identity/issuer/index.ts';
import { Random } from './random.ts';
import { within } from './within.ts';

const clients: readonly Client[] = [
  {
    id: 'kubeflow',
    name: '<x" Kubeflow',
    secret: 'secret',
    redirectUris: ['/login/oidc', '/oauth2/callback'],
    isPublic: false,
  },
  { id: 'web', name: 'Web', secret: 'a:b%&', redirectUris: ['http://app.test/cb?a=b'], isPublic: false },
  { id: 'local', name: 'Local', secret: undefined, redirectUris: [], isPublic: true },
];
const places = ['/login/oidc', '/oauth2/callback', 'http://app.test/cb?a=b', 'http://localhost:9/x'];
/** A program on the machine may have any path. */
const local = 'http://localhost:9';
const person = { email: 'user@example.com', userId: '1', username: 'user', groups: [], hash: 'right' };
const verifier = 'a'.repeat(43);
const challenge = 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA';
const allowed = new Set([200, 302, 303, 400, 401, 403, 404, 405, 413, 415, 429]);
/** Stands in what is sent; written into a page as it is, it would end an attribute or begin an element. */
const poison = `<x"'>`;

export interface Found {
  runs: number;
  /** How deep it came: right passwords, codes, tokens. */
  logins: number;
  codes: number;
  tokens: number;
}

interface Answered {
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

class Fuzzer {
  readonly found: Found = { runs: 0, logins: 0, codes: 0, tokens: 0 };
  readonly #random: Random;
  readonly #issuer: Issuer;
  /** What the issuer has given, to be sent again. */
  readonly #known: Record<'req' | 'code' | 'hmac' | 'cookie' | 'refresh' | 'access', string[]> = {
    req: [],
    code: [],
    hmac: [],
    cookie: [],
    refresh: [],
    access: [],
  };
  readonly #spent = new Set<string>();

  constructor(issuer: Issuer, random: Random) {
    this.#issuer = issuer;
    this.#random = random;
  }

  async run(): Promise<void> {
    const [method, path, query, form, headers] = this.#request();
    const target = query === '' ? path : `${path}?${query}`;
    const described = JSON.stringify([method, target, form, headers]);
    const answer = await this.#send(method, target, headers, form).catch((error: unknown) => {
      throw new Error(`${described}: ${String(error)}`, { cause: error });
    });
    this.found.runs++;
    this.#check(answer, described);
    this.#learn(answer, form);
  }

  #check({ status, location, body }: Answered, described: string): void {
    assert.ok(allowed.has(status), `${status}: ${described}`);
    assert.ok(location === '' || isKnownPlace(location), `${location}: ${described}`);
    assert.ok(!body.startsWith('<!doctype') || !body.includes('<x'), `poisoned: ${described}`);
  }

  #learn({ status, location, body }: Answered, form: string): void {
    const { searchParams: told } = new URL(location, 'http://x');
    if (location.startsWith('/dex/approval')) this.found.logins++;
    for (const name of ['req', 'hmac', 'code'] as const) keep(this.#known[name], told.get(name));
    if (told.has('code')) this.found.codes++;
    if (status !== 200 || !body.startsWith('{"access_token"')) return;
    this.found.tokens++;
    const { access_token: access, refresh_token: refresh } = JSON.parse(body) as Record<string, string>;
    keep(this.#known.access, access);
    keep(this.#known.refresh, refresh);
    const code = new URLSearchParams(form.replaceAll('amp;', '')).get('code');
    if (code === null) return;
    assert.ok(!this.#spent.has(code), `the code ${code} gave tokens twice`);
    this.#spent.add(code);
  }

  async #send(
    method: string,
    target: string,
    headers: Record<string, string>,
    form: string,
  ): Promise<Answered> {
    const head: Head = { peer: { address: '127.0.0.1:9' }, header: name => headers[name.toLowerCase()] };
    const { promise, resolve } = Promise.withResolvers<Answered>();
    const known = this.#known;
    const sink: Sink = {
      send(answered, body) {
        const fields = new Map(answered.fields.map(([name, value]) => [name.toLowerCase(), value]));
        keep(known.cookie, fields.get('set-cookie')?.split(';', 1)[0]);
        resolve({
          status: answered.status,
          location: fields.get('location') ?? '',
          body: Buffer.from(body).toString(),
        });
      },
      stream: () => undefined,
      aborted: false,
      onAbort: () => {},
    };
    await this.#issuer.handler(method, target, head, Buffer.from(form), sink);
    return promise;
  }

  #request(): [method: string, path: string, query: string, form: string, headers: Record<string, string>] {
    const random = this.#random;
    const kind = random.pick([
      'auth',
      'auth',
      'login',
      'login',
      'approval',
      'approval',
      'token',
      'token',
      'bearer',
      'noise',
    ]);
    const req = this.#given('req');
    if (kind === 'auth')
      return [this.#method('GET'), '/dex/auth', this.#pairs(this.#authorization()), '', this.#headers()];
    if (kind === 'login') {
      const form = this.#pairs([
        ['login', person.email],
        ['password', random.chance(0.99) ? 'right' : poison],
      ]);
      return [
        this.#method('POST'),
        this.#path('/dex/auth/local'),
        this.#pairs([['req', req]]),
        form,
        this.#headers(),
      ];
    }
    if (kind === 'approval') {
      const query = this.#pairs([
        ['req', req],
        ...(random.chance(0.5) ? [['hmac', this.#given('hmac')] as const] : []),
      ]);
      return [this.#method('GET'), this.#path('/dex/approval'), query, '', this.#headers()];
    }
    if (kind === 'token')
      return [this.#method('POST'), '/dex/token', '', this.#pairs(this.#exchange()), this.#headers()];
    const token = random.pick([this.#given('access'), this.#given('refresh'), poison]);
    if (kind === 'bearer') {
      const headers = { ...this.#headers(), authorization: this.#spoilt(`Bearer ${token}`) };
      return [this.#method('GET'), '/dex/userinfo', '', this.#pairs([['access_token', token]]), headers];
    }
    const paths = [
      '/dex/token/introspect',
      '/dex/keys',
      '/dex/auth/ldap',
      '/dex',
      '/',
      '*',
      '/dex/constructor',
      '/dex/__proto__',
    ];
    return [
      this.#method('POST'),
      random.pick(paths),
      this.#pairs([['req', poison]]),
      this.#pairs([['token', token]]),
      this.#headers(),
    ];
  }

  #authorization(): (readonly [string, string])[] {
    const random = this.#random;
    const { id } = random.pick(clients);
    const pairs: [string, string][] = [
      ['client_id', id],
      ['redirect_uri', random.pick(places)],
      ['response_type', 'code'],
      ['scope', random.pick(['openid', 'openid email offline_access', 'email', 'openid x'])],
      ['state', random.pick(['s', poison, 'a\r\nb: c', '☃'])],
    ];
    if (random.chance(0.5))
      pairs.push(
        ['code_challenge', challenge],
        ['code_challenge_method', random.pick(['S256', 'S256', 'plain'])],
      );
    if (random.chance(0.1))
      pairs.push([
        random.pick(['prompt', 'nonce', 'request', 'response_mode', 'approval_prompt']),
        random.pick(['none', 'force', poison]),
      ]);
    return pairs;
  }

  #exchange(): (readonly [string, string])[] {
    const random = this.#random;
    const { id, secret = '' } = random.pick(clients);
    const pairs: [string, string][] = [
      ['client_id', id],
      ['client_secret', secret],
    ];
    if (random.chance(0.3))
      return [...pairs, ['grant_type', 'refresh_token'], ['refresh_token', this.#given('refresh')]];
    pairs.push(
      ['grant_type', 'authorization_code'],
      ['code', this.#given('code')],
      ['redirect_uri', random.pick(places)],
    );
    if (random.chance(0.5)) pairs.push(['code_verifier', verifier]);
    return pairs;
  }

  #headers(): Record<string, string> {
    const random = this.#random;
    const headers: Record<string, string> = {
      host: 'x',
      'content-type': 'application/x-www-form-urlencoded',
    };
    if (random.chance(0.3)) headers['origin'] = random.pick(['http://x', 'http://evil.test', 'null', poison]);
    if (random.chance(0.4)) headers['cookie'] = this.#spoilt(`a=b; ${this.#given('cookie')}; ${poison}`);
    if (random.chance(0.05))
      headers['authorization'] = this.#spoilt(`Basic ${Buffer.from('kubeflow:secret').toString('base64')}`);
    if (random.chance(0.05)) headers['content-type'] = random.pick(['application/json', poison, '']);
    if (random.chance(0.05))
      headers['x-forwarded-for'] = random.pick(['203.0.113.9', poison, ',,', '127.0.0.1']);
    return headers;
  }

  #given(name: 'req' | 'code' | 'hmac' | 'cookie' | 'refresh' | 'access'): string {
    const known = this.#known[name];
    // What was given last is most likely still good.
    return known.length === 0 || this.#random.chance(0.05)
      ? poison
      : (known.at(-1 - this.#random.below(Math.min(known.length, 3))) as string);
  }

  #method(usual: string): string {
    return this.#random.chance(0.95)
      ? usual
      : this.#random.pick(['GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'constructor']);
  }

  #path(usual: string): string {
    return this.#random.chance(0.9)
      ? usual
      : this.#random.pick([`${usual}/login`, `${usual}/`, `${usual}%2f`, usual.toUpperCase()]);
  }

  #pairs(pairs: readonly (readonly [string, string])[]): string {
    const written = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    if (this.#random.chance(0.05)) written.push(this.#random.pick(written));
    return this.#spoilt(written.join(this.#random.chance(0.95) ? '&' : '&amp;'));
  }

  /** Now and then a piece is taken out, doubled or replaced. */
  #spoilt(text: string): string {
    const random = this.#random;
    if (random.chance(0.85)) return text;
    const at = random.below(text.length + 1);
    const to = at + random.below(4);
    const piece = random.pick([
      '',
      '%',
      '%ff',
      '%00',
      '%c3%28',
      '&',
      '=',
      ';',
      '+',
      '\0',
      '\r\n',
      'ä',
      poison,
      text.slice(at, to).repeat(9),
      'x'.repeat(7000),
    ]);
    return text.slice(0, at) + piece + text.slice(to);
  }
}

function keep(known: string[], value: string | null | undefined): void {
  if (value === null || value === undefined) return;
  known.push(value);
  if (known.length > 100) known.shift();
}

function isKnownPlace(location: string): boolean {
  if (URL.parse(location)?.origin === local) return true;
  return (
    /^\/dex\/(auth\/local\?req|approval\?req)=/.test(location) ||
    places.some(place => location.startsWith(`${place}${place.includes('?') ? '&' : '?'}`))
  );
}

/** Goes on for as long as `more` says. */
export async function fuzzIssuer(seed: number, more: (runs: number) => boolean): Promise<Found> {
  let now = 1_790_000_000_000;
  const records = new MemoryRecords(() => now);
  const issuer = await createIssuer({
    url: 'http://x/dex',
    clients,
    people: { find: email => (email === person.email ? person : undefined) },
    passwords: {
      check: (typed, hash) => Promise.resolve(typed === hash),
      hash: typed => Promise.resolve(typed),
    },
    records,
    grants: {
      revoke: grant =>
        records.put('revoked-grant', { id: grant, value: '{}', owner: '', expires: now + 1e8 }),
    },
    audit: () => {},
    now: () => now,
    bounds: { requests: 100, codes: 100, spentCodes: 10_000, refreshTokens: 100 },
  });
  const fuzzer = new Fuzzer(issuer, new Random(seed));
  while (more(fuzzer.found.runs)) {
    await fuzzer.run();
    now += 500;
  }
  assert.ok(
    records.count('request') <= 100 && records.count('refresh-token') <= 100,
    'what is kept is bounded',
  );
  return fuzzer.found;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
  });
  process.stdout.write(`seed ${values.seed}: `);
  const { runs, logins, codes, tokens } = await fuzzIssuer(
    Number(values.seed),
    within(Number(values.seconds)),
  );
  process.stdout.write(`${runs} requests, ${logins} logins, ${codes} codes, ${tokens} exchanges\n`);
}
