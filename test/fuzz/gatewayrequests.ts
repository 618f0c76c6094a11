import { Forwardings } from './forwardings.ts';
import type { Random } from './random.ts';

/** What a fuzzed client has been given, to be sent again, whole or spoilt. */
export interface Known {
  /** Addresses that begin a login at the issuer, of its form, of its approval, and of the way back. */
  readonly login: string[];
  readonly form: string[];
  readonly approval: string[];
  readonly callback: string[];
  /** Cookies of logins under way, as `name=value`. */
  readonly flow: string[];
  readonly session: string[];
  /** ID tokens and API tokens. */
  readonly token: string[];
}

export interface Made {
  readonly method: string;
  readonly target: string;
  /** Names and values, as they are written. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Stands in what is sent; written into a page as it is, it would end an attribute or begin an element. */
export const poison = `<x"'>`;
/** What a client says of who asks: nothing behind the gateway may see it. */
export const forged = 'evil@forged.test';
export const right = '12341234';
/** A model that everybody may look at by one path. */
export const openPath = '/v1/models/open';

const models = ['/v2/models/iris', '/v2/models/iris/infer', '/v2/models/secret', openPath, '/v2/models/none'];
const paths = [
  ...models,
  '/',
  '/pipeline',
  '/pipeline/apis/v1beta1/runs',
  '/v2/health/ready',
  '/dexter',
  '/dex',
];
const pages = ['/oauth2/auth', '/authservice/verify', '/oauth2/userinfo', '/logout', '/authservice/logout'];
/** Where a login comes back to. */
export const callbacks = ['/login/oidc', '/authservice/oidc/callback', '/oauth2/callback'];
const hosts = [
  'localhost',
  'localhost:8080',
  'iris.mine.example.com',
  'secret.other.example.com',
  'evil.test',
];
const oddHosts = [
  '',
  'a b',
  'localhost, evil.test',
  '[::1]',
  '127.1',
  'LOCALHOST',
  'localhost.',
  'x'.repeat(300),
];
const tricks = [
  '..',
  '.',
  '',
  '%2e%2e',
  '%2f',
  '%5c',
  '\\',
  ';x',
  '%3b',
  '%00',
  '%25',
  '%c0%ae',
  '#',
  '//',
  'ä',
];
const returns = [
  '/v2/models/iris',
  '/x?y=z',
  '//evil.test',
  '/\\evil.test',
  '/%09/evil.test',
  '/.//evil.test',
  '/%2f%2fevil.test',
  '/%5cevil.test',
  'https://evil.test/',
  'http:evil.test',
  'javascript:alert(1)',
  '\thttps://evil.test',
  '/\r\nLocation: https://evil.test/',
  `/${poison}`,
  `/${'x'.repeat(3000)}`,
];
const identities = [
  'kubeflow-userid',
  'kubeflow-groups',
  'kubeflow-userid-token',
  'x-auth-request-email',
  'x-auth-request-user',
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-groups',
  'x-forwarded-access-token',
];
const addresses = [
  '203.0.113.9',
  '127.0.0.1',
  '::1',
  '[2001:db8::1]:99',
  'unknown',
  '1.2.3.4, 127.0.0.1',
  poison,
];
const junk = ['', '%', '%ff', '%00', '&', '=', ';', '+', ',', '"', '\t', 'ä', poison, 'x'.repeat(5000)];

/** Makes up requests to a gateway, most of them nearly right. */
export class Requests {
  readonly #random: Random;
  readonly #known: Known;
  /** What proxies say, where there are some that are believed. */
  readonly #forwardings: Forwardings | undefined;

  constructor(random: Random, known: Known, isProxied = false) {
    this.#random = random;
    this.#known = known;
    if (isProxied) this.#forwardings = new Forwardings(random);
  }

  next(): Made {
    const random = this.#random;
    const kind = random.below(100);
    if (kind < 38) return this.#service();
    if (kind < 46) return this.#page();
    if (kind < 54) return this.#begin();
    if (kind < 66) return this.#onWay('GET', 'login');
    if (kind < 78) return this.#form();
    if (kind < 89) return this.#onWay('GET', 'approval');
    return this.#callback();
  }

  #service(): Made {
    const random = this.#random;
    const posts = random.chance(0.3);
    const body = posts ? random.pick(['{}', '', '{"inputs":[]}', poison]) : '';
    return this.#made(posts ? 'POST' : this.#method('GET'), this.#path(random.pick(paths)), body);
  }

  #page(): Made {
    const random = this.#random;
    const path = random.pick([...pages, '/oauth2/sign_out']);
    const query = random.chance(0.4) ? `?rd=${encodeURIComponent(random.pick(returns))}` : '';
    return this.#made(random.pick(['GET', 'POST']), this.#spoilt(path + query, 0.05), '');
  }

  #begin(): Made {
    const random = this.#random;
    const back = random.pick(returns);
    const target = random.chance(0.5)
      ? `/oauth2/start?rd=${encodeURIComponent(back)}`
      : back.replaceAll(/[\s\r\n]/g, '') || '/';
    return this.#made(this.#method('GET'), target, '');
  }

  #onWay(method: string, step: 'login' | 'approval'): Made {
    return this.#made(this.#method(method), this.#spoilt(this.#given(step), 0.12), '');
  }

  #form(): Made {
    const random = this.#random;
    const password = random.chance(0.97) ? right : random.pick(['wrong', `${right} `, poison, '']);
    const login = random.chance(0.97)
      ? 'user@example.com'
      : random.pick(['USER@example.com', poison, 'nobody']);
    const pairs = [`login=${encodeURIComponent(login)}`, `password=${encodeURIComponent(password)}`];
    if (random.chance(0.05)) pairs.push(random.pick(pairs));
    const body = this.#spoilt(pairs.join('&'), 0.05);
    return this.#made(this.#method('POST'), this.#spoilt(this.#given('form'), 0.08), body);
  }

  #callback(): Made {
    const random = this.#random;
    let target = this.#given('callback');
    if (random.chance(0.1)) target = target.replaceAll('&', '&amp;');
    if (random.chance(0.05)) target = target.replace(/^[^?]*/, random.pick(callbacks));
    if (random.chance(0.05))
      target += `&${random.pick(['code=x', 'state=x', 'error=access_denied', 'iss=http://evil.test'])}`;
    return this.#made(this.#method('GET'), this.#spoilt(target, 0.12), '');
  }

  /** A request as a program sends it, as a browser does that keeps its cookies, or as neither would. */
  #made(method: string, target: string, body: string): Made {
    const random = this.#random;
    const manner = random.pick(['program', 'program', 'browser', 'wild', 'wild']);
    const own = manner === 'wild' ? this.#wild() : manner === 'browser' ? this.#browser() : this.#program();
    const said = this.#said(manner, own);
    const fields = [...own, ...said, ...this.#forgeries(), ...this.#bodyFields(method, body)];
    return { method, target: clean(target), fields, body };
  }

  /** What a proxy says of it that is believed. */
  #said(manner: string, own: readonly [string, string][]): [string, string][] {
    if (this.#forwardings === undefined) return [];
    if (manner === 'wild' && this.#random.chance(0.6)) return this.#forwardings.wild();
    return this.#forwardings.good(own.find(([name]) => name === 'Host')?.[1] ?? '');
  }

  #wild(): [string, string][] {
    return [...this.#host(), ...this.#credentials(), ...this.#forwarded(), ...this.#marks()];
  }

  #program(): [string, string][] {
    const random = this.#random;
    const host: [string, string] = ['Host', random.pick(hosts)];
    if (random.chance(0.5)) return [host];
    if (random.chance(0.3)) return [host, ['Authorization', `Bearer ${this.#given('token')}`]];
    return [host, ['Cookie', `authservice_session=${this.#given('session')}`]];
  }

  #browser(): [string, string][] {
    const jar = this.#known.flow.slice(-8);
    if (this.#random.chance(0.5)) jar.push(`authservice_session=${this.#given('session')}`);
    return [
      ['Host', 'localhost'],
      ['Upgrade-Insecure-Requests', '1'],
      ['Sec-Fetch-Site', 'same-origin'],
      ['Accept', 'text/html,*/*'],
      ...(jar.length === 0 ? [] : [['Cookie', jar.join('; ')] as [string, string]]),
    ];
  }

  #host(): [string, string][] {
    const random = this.#random;
    if (random.chance(0.93)) return [['Host', random.pick(hosts)]];
    const odd: [string, string] = ['Host', random.pick(oddHosts)];
    return random.chance(0.2) ? [odd, ['Host', random.pick(hosts)]] : [odd];
  }

  #credentials(): [string, string][] {
    const random = this.#random;
    const fields: [string, string][] = [];
    const cookies: string[] = [];
    if (random.chance(0.35))
      cookies.push(`authservice_session=${this.#spoilt(this.#given('session'), 0.15)}`);
    if (random.chance(0.03)) cookies.push(`authservice_session="${this.#given('session')}"`);
    if (random.chance(0.3)) for (let at = random.below(4); at >= 0; at--) cookies.push(this.#given('flow'));
    if (random.chance(0.1)) cookies.push(this.#spoilt('a=b', 0.5));
    if (cookies.length > 0)
      fields.push([random.pick(['Cookie', 'cookie']), cookies.join(random.pick(['; ', ';']))]);
    if (random.chance(0.15)) {
      const value = random.chance(0.5) ? this.#given('session') : this.#given('token');
      const scheme = random.pick(['Bearer ', 'Bearer ', 'bearer ', 'Bearer  ', 'Basic ', 'Bearer', '']);
      fields.push(['Authorization', scheme + this.#spoilt(value, 0.2)]);
      if (random.chance(0.05)) fields.push(['authorization', `Bearer ${this.#given('token')}`]);
    }
    if (random.chance(0.04)) fields.push(['X-Auth-Token', this.#spoilt(this.#given('session'), 0.2)]);
    return fields;
  }

  /** Who asks, as only the gateway may tell: in any spelling that a program behind might take for it. */
  #forgeries(): [string, string][] {
    const random = this.#random;
    if (random.chance(0.6)) return [];
    return Array.from({ length: 1 + random.below(3) }, () => {
      let name = random.pick(identities);
      if (random.chance(0.4)) name = name.replaceAll('-', random.pick(['_', '.', '-']));
      if (random.chance(0.4)) name = name.toUpperCase();
      return [name, random.chance(0.9) ? forged : `${forged}, ${poison}`];
    });
  }

  #forwarded(): [string, string][] {
    const random = this.#random;
    const fields: [string, string][] = [];
    if (random.chance(0.1)) fields.push(['X-Forwarded-For', random.pick(addresses)]);
    if (random.chance(0.05)) fields.push(['X-Forwarded-Proto', random.pick(['https', 'http', poison])]);
    if (random.chance(0.05)) fields.push(['X-Forwarded-Host', random.pick(['evil.test', poison])]);
    if (random.chance(0.03))
      fields.push(['Forwarded', `for=${random.pick(addresses)};host=evil.test;proto=https`]);
    if (random.chance(0.03)) fields.push(['X-Forwarded-Uri', random.pick(['/dex/', '/v1/models/open'])]);
    if (random.chance(0.03)) fields.push(['X-Original-URL', '/dex/healthz']);
    if (random.chance(0.03))
      fields.push(['Connection', random.pick(['keep-alive, kubeflow-userid', 'cookie'])]);
    return fields;
  }

  /** What browsers say of a request, and programs of what they want. */
  #marks(): [string, string][] {
    const random = this.#random;
    const fields: [string, string][] = [];
    if (random.chance(0.25)) fields.push(['Upgrade-Insecure-Requests', '1']);
    if (random.chance(0.15))
      fields.push(['Sec-Fetch-Site', random.pick(['same-origin', 'none', 'cross-site', 'same-site', ''])]);
    if (random.chance(0.1)) fields.push(['Sec-Fetch-Mode', random.pick(['navigate', 'cors', 'no-cors'])]);
    if (random.chance(0.15))
      fields.push(['Origin', random.pick(['http://localhost', 'null', 'http://evil.test', poison])]);
    if (random.chance(0.1))
      fields.push(['Referer', random.pick(['http://localhost/x', 'http://evil.test/', poison])]);
    if (random.chance(0.3))
      fields.push(['Accept', random.pick(['*/*', 'text/html,*/*', 'application/json'])]);
    if (random.chance(0.03)) fields.push(['X-Requested-With', 'XMLHttpRequest']);
    return fields;
  }

  #bodyFields(method: string, body: string): [string, string][] {
    if (method !== 'POST' && body === '') return [];
    const random = this.#random;
    const type = random.chance(0.93)
      ? 'application/x-www-form-urlencoded'
      : random.pick(['application/json', 'text/plain', 'application/grpc', poison]);
    return [
      ['Content-Type', type],
      ['Content-Length', String(Buffer.byteLength(body, 'latin1'))],
    ];
  }

  #method(usual: string): string {
    return this.#random.chance(0.95)
      ? usual
      : this.#random.pick(['GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'DELETE']);
  }

  #path(path: string): string {
    const random = this.#random;
    if (random.chance(0.75)) return path;
    const parts = path.split('/');
    parts.splice(1 + random.below(parts.length), 0, random.pick(tricks));
    if (random.chance(0.3)) parts.splice(1, 0, random.pick(['dex', 'v1', '..']));
    return parts.join('/') + (random.chance(0.2) ? '?x=/dex/auth' : '');
  }

  #given(kind: keyof Known): string {
    const known = this.#known[kind];
    // The latest are the ones that may still be good.
    return known[known.length - 1 - Math.floor(this.#random.next() ** 3 * known.length)] ?? `/${kind}`;
  }

  /** Now and then a piece is taken out, doubled or replaced. */
  #spoilt(text: string, share: number): string {
    const random = this.#random;
    if (!random.chance(share)) return text;
    const at = random.below(text.length + 1);
    const to = at + random.below(4);
    const piece = random.chance(0.2) ? text.slice(at, to).repeat(9) : random.pick(junk);
    return text.slice(0, at) + piece + text.slice(to);
  }
}

/** What would end the line of a request is no target, but a request of another shape: test/net sends those. */
function clean(target: string): string {
  return target.replaceAll(/[\r\n ]/g, '') || '/';
}
