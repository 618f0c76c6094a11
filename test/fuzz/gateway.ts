/**
 * Sends a gateway with a login, over real connections, whatever it may meet: cookies, tokens, redirects, forms, hosts, most of it nearly
 * right: `node test/fuzz/gateway.ts [--seconds 10] [--seed 1] [--proxied]`; by `--proxied` as a proxy that the gateway believes. Nothing fails but as a client's mistake, nobody is sent to another host,
 * nothing behind is told who asks but by the gateway and for a credential that it gave out, and a session comes of a right password alone.
 */
import assert from 'node:assert/strict';
import { isIP, isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { tellsIdentity } from '../../src/base/access/index.ts';
import { people, type Received } from '../edge/login/house.ts';
import type { Answered } from '../identity/issuing.ts';
import { Front } from '../logins/fronted.ts';
import { trusted } from './forwardings.ts';
import { callbacks, forged, type Known, type Made, openPath, Requests, right } from './gatewayrequests.ts';
import { Random } from './random.ts';
import { Wire } from './wire.ts';
import { within } from './within.ts';

const allowed = new Set([
  200, 201, 202, 204, 302, 303, 400, 401, 403, 404, 405, 409, 413, 414, 415, 429, 431,
]);
const [user = ''] = people;
const cookieNames = /^(authservice_session|(__Host-)?davit_login_[\w-]{12}|davit_password_[\w-]+)=/;
/** Requests after which another issuer stands behind the gateway: it has forgotten all logins under way, and all wrong passwords. */
const shift = 2000;
/** Bytes that the heap of a gateway may grow by, whatever it is sent: what it remembers of credentials is bounded. */
const mostGrown = 64e6;

export interface Found {
  runs: number;
  /** How deep it came: right passwords, codes, sessions, requests that services were sent. */
  logins: number;
  codes: number;
  sessions: number;
  passed: number;
}

class Fuzzer {
  readonly found: Found = { runs: 0, logins: 0, codes: 0, sessions: 0, passed: 0 };
  readonly #front: Front;
  /** Whether what the client says of those before it is believed. */
  readonly #isProxied: boolean;
  readonly #wire: Wire;
  readonly #requests: Requests;
  readonly #known: Known = {
    login: [],
    form: [],
    approval: [],
    callback: [],
    flow: [],
    session: [],
    token: [],
  };
  /** `req` of logins whose password was right, and codes that came of them. */
  readonly #proven = new Set<string>();
  readonly #codes = new Set<string>();
  readonly #ended = new Set<string>();

  constructor(front: Front, random: Random, isProxied: boolean) {
    this.#front = front;
    this.#isProxied = isProxied;
    this.#wire = new Wire(front.house.port);
    this.#requests = new Requests(random, this.#known, isProxied);
    const { keeper } = front.house;
    const asked = { namespace: undefined, verbs: ['predict'], lifetime: 3_600_000 };
    for (let count = 0; count < 3; count++) {
      keep(this.#known.token, keeper.createToken({ name: user, groups: [] }, asked).token);
    }
  }

  async run(): Promise<void> {
    const made = this.#requests.next();
    const described = JSON.stringify(made);
    const answer = await this.#wire.ask(bytesOf(made), made.method === 'HEAD').catch((error: unknown) => {
      throw new Error(`${described}: ${String(error)}`, { cause: error });
    });
    this.found.runs++;
    checkAnswer(answer, described);
    checkSecure(answer, this.#isProxied && saysHttps(made), described);
    await this.#checkPassed(made, this.#front.house.received.splice(0), described);
    this.#front.house.audit.splice(0);
    this.#learn(made, answer, described);
  }

  /** What reached a service: once at most, and told of nobody whom no credential of the request is of. */
  async #checkPassed(made: Made, received: readonly Received[], described: string): Promise<void> {
    assert.ok(received.length < 2, `one request reached two services: ${described}`);
    const [seen] = received;
    if (seen === undefined) return;
    this.found.passed++;
    checkForwarded(seen, made, this.#isProxied, described);
    const told = toldOf(seen);
    const good = this.#shown(made);
    const text = `${JSON.stringify(seen)}: ${described}`;
    assert.ok(!JSON.stringify(seen.rawHeaders).includes(forged), `forged: ${text}`);
    assert.notEqual(seen.service, 'other/secret', `nobody may call it: ${text}`);
    if (seen.service !== 'mine/open') assert.deepEqual(told['kubeflow-userid'], [user], `unknown: ${text}`);
    if (told['kubeflow-userid'] !== undefined)
      assert.ok(good.length > 0, `known without a good credential: ${text}`);
    const written = wellShown(made);
    const behind = seen.rawHeaders.join('\n');
    for (const one of good.filter(each => written.includes(each) && behind.includes(each))) {
      assert.equal(await this.#front.house.keeper.who(one), undefined, `${one} is passed on: ${text}`);
    }
  }

  /** Credentials in a request that the gateway has given out, and that have not been ended. */
  #shown({ fields }: Made): string[] {
    const text = fields
      .filter(([name]) => /^(cookie|authorization|x-auth-token)$/i.test(name))
      .map(([, value]) => value)
      .join('\n');
    const given = [...this.#known.session, ...this.#known.token];
    return given.filter(one => !this.#ended.has(one) && text.includes(one));
  }

  #learn(made: Made, answer: Answered, described: string): void {
    const { status, location, cookies } = answer;
    for (const one of cookies) {
      const [pair = ''] = one.split(';', 1);
      if (/^(__Host-)?davit_\w+_[\w-]+=./.test(pair)) keep(this.#known.flow, pair);
      if (/^authservice_session=./.test(pair)) this.#learnSession(made, pair, described);
    }
    if (status === 201 || (status === 303 && location === '/' && made.method === 'POST'))
      this.#learnEnd(made);
    if (location === '') return;
    const { pathname, searchParams } = new URL(location, 'http://x');
    const req = parameterOf(made.target, 'req');
    if (pathname === '/dex/auth') keep(this.#known.login, location);
    if (pathname === '/dex/auth/local') keep(this.#known.form, location);
    if (pathname === '/dex/approval') this.#learnPassword(made, location, described);
    // Elsewhere it is part of a page that somebody wanted before he logged in.
    const code = callbacks.includes(pathname) ? searchParams.get('code') : null;
    if (code === null || code === '') return;
    assert.ok(this.#proven.has(req), `a code without a right password: ${location}: ${described}`);
    this.found.codes++;
    this.#codes.add(code);
    keep(this.#known.callback, location);
  }

  #learnPassword({ method, body }: Made, location: string, described: string): void {
    assert.ok(method === 'POST', `a login without a password: ${described}`);
    const form = new URLSearchParams(body.replaceAll('amp;', ''));
    assert.ok(form.getAll('password').includes(right), `a login by a wrong password: ${described}`);
    this.found.logins++;
    this.#proven.add(parameterOf(location, 'req'));
    keep(this.#known.approval, location);
  }

  #learnSession({ target }: Made, pair: string, described: string): void {
    const code = parameterOf(target, 'code');
    assert.ok(this.#codes.delete(code), `a session without a code, or by one that was used: ${described}`);
    this.found.sessions++;
    keep(this.#known.session, pair.slice(pair.indexOf('=') + 1));
  }

  /** Whoever logs out ends all the sessions that he showed. */
  #learnEnd(made: Made): void {
    if (!/^\/(logout|authservice\/logout|oauth2\/sign_out)/.test(made.target)) return;
    const spoken = made.fields.some(([name]) => /^(authorization|x-auth-token)$/i.test(name));
    if (spoken) return;
    const [, cookie = ''] = made.fields.find(([name]) => name.toLowerCase() === 'cookie') ?? [];
    const values = cookie.split(';').map(one => /^authservice_session="?([\w-]+)"?$/.exec(one.trim())?.[1]);
    for (const one of values) if (one !== undefined) this.#ended.add(one);
  }

  close(): void {
    this.#wire.close();
  }
}

/** What a request says in the ways in which a credential is to be shown; anything else is for whoever is behind. */
function wellShown({ fields }: Made): string {
  const of = (wanted: string): string[] =>
    fields.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
  const [bearer, ...more] = of('authorization');
  if (bearer !== undefined) return more.length === 0 && /^bearer +[\w.~+/-]+=*$/i.test(bearer) ? bearer : '';
  const cookies = of('cookie').flatMap(value => value.split(';').map(one => one.trim()));
  return [...of('x-auth-token'), ...cookies.filter(one => one.startsWith('authservice_session='))].join('\n');
}

function checkAnswer({ status, location, body, cookies, headers }: Answered, described: string): void {
  assert.ok(allowed.has(status), `${status} ${body.slice(0, 300)}: ${described}`);
  if (location !== '') {
    assert.match(location, /^\/(?![/\\])[\x21-\x7e]*$/, described);
    assert.equal(new URL(location, 'http://here.test').origin, 'http://here.test', described);
  }
  for (const one of cookies) {
    assert.match(one, cookieNames, described);
    assert.match(one, /; Path=\/(dex\/)?; .*HttpOnly; SameSite=Lax(; Secure)?$/, described);
  }
  const page = headers.get('content-type')?.startsWith('text/html') === true;
  if (page) assert.ok(!body.includes('<x'), `poisoned: ${described}`);
}

/** Whether a proxy may mean that people came over https. */
function saysHttps({ fields }: Made): boolean {
  const saying = /^(x-forwarded-proto|forwarded)$/i;
  return fields.some(([name, value]) => saying.test(name) && /https/i.test(value.replaceAll('\\', '')));
}

/** Cookies for https alone are set where people came so, and the name that says it goes with it. */
function checkSecure({ cookies }: Answered, mayBe: boolean, described: string): void {
  for (const one of cookies) {
    const isSecure = one.endsWith('; Secure');
    assert.ok(!isSecure || mayBe, `for https without https: ${one}: ${described}`);
    assert.ok(isSecure || !one.startsWith('__Host-'), `${one}: ${described}`);
  }
}

/** A service is told of forwarding by the gateway alone: one scheme, one host, and a client at the end that is an address. */
function checkForwarded(
  { rawHeaders, headers }: Received,
  made: Made,
  isProxied: boolean,
  text: string,
): void {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map(name => name.toLowerCase());
  const telling = names
    .filter(name => /^(x-)?forwarded|real.ip/.test(name.replaceAll(/[^a-z]/g, '-')))
    .sort();
  const expected = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];
  // Of a request without a host there is none to tell.
  const hosted = (name: string): boolean => name !== 'x-forwarded-host' || headers.host !== '';
  assert.deepEqual(telling.filter(hosted), expected.filter(hosted), text);
  const proto = String(headers['x-forwarded-proto']);
  assert.ok(proto === 'http' || (proto === 'https' && isProxied && saysHttps(made)), `${proto}: ${text}`);
  const last = String(headers['x-forwarded-for']).split(', ').at(-1) ?? '';
  assert.ok(isIP(last) !== 0, `${last} is no address: ${text}`);
  if (!isProxied) return assert.equal(last, '127.0.0.1', text);
  const said = made.fields.filter(([name]) => /^(x-forwarded-for|forwarded)$/i.test(name));
  const [only] = said;
  if (said.length !== 1 || only?.[0].toLowerCase() !== 'x-forwarded-for') return;
  const list = only[1].split(',').map(one => one.trim());
  if (!list.every(one => isIPv4(one))) return;
  // The nearest that is no proxy; where all are, the farthest.
  const isTrusted = (one: string): boolean => one === '127.0.0.1' || one.startsWith('10.');
  assert.equal(last, list.findLast(one => !isTrusted(one)) ?? list[0], text);
}

/** Fields that say who asks, by their names as programs may read them. */
function toldOf({ rawHeaders }: Received): Readonly<Record<string, readonly string[]>> {
  const told: Record<string, string[]> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (tellsIdentity(name)) (told[name.toLowerCase().replaceAll(/[^a-z\d]/g, '-')] ??= []).push(value);
  }
  return told;
}

function bytesOf({ method, target, fields, body }: Made): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Of an address, also where it is written as in HTML. */
function parameterOf(address: string, name: string): string {
  const at = address.indexOf('?');
  const query = new URLSearchParams(at < 0 ? '' : address.slice(at + 1).split('#', 1)[0]);
  return query.get(name) ?? query.get(`amp;${name}`) ?? '';
}

function keep(known: string[], value: string): void {
  known.push(value);
  if (known.length > 60) known.shift();
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap when nothing is left to be collected. */
function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

export interface Circumstances {
  /** Whether the client is a proxy that is believed what it says of those before it. */
  readonly isProxied?: boolean;
}

/** Goes on for as long as `more` says. */
export async function fuzzGateway(
  seed: number,
  more: (runs: number) => boolean,
  { isProxied = false }: Circumstances = {},
): Promise<Found> {
  const closing: (() => unknown)[] = [];
  const context = { after: (step: () => unknown) => void closing.push(step) };
  const front = await Front.open(isProxied ? { proxies: trusted } : {});
  try {
    await front.house.serve('mine', 'iris');
    await front.house.serve('mine', 'open', { 'davit.dev/public-paths': openPath });
    await front.house.serve('other', 'secret');
    const fuzzer = new Fuzzer(front, new Random(seed), isProxied);
    closing.push(() => fuzzer.close());
    let settled: number | undefined;
    while (more(fuzzer.found.runs)) {
      if (fuzzer.found.runs % shift === 0) {
        for (const step of closing.splice(1)) await step();
        await front.issuing(context);
        if (fuzzer.found.runs === 5 * shift) settled = heapBytes();
      }
      await fuzzer.run();
    }
    if (settled !== undefined) {
      const grown = heapBytes() - settled;
      assert.ok(grown < mostGrown, `the heap has grown by ${grown} bytes`);
    }
    assert.deepEqual(front.house.complaints, []);
    return fuzzer.found;
  } finally {
    for (const step of closing.toReversed()) await step();
    await front.close();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      proxied: { type: 'boolean', default: false },
    },
  });
  process.stdout.write(`seed ${values.seed}: `);
  const found = await fuzzGateway(Number(values.seed), within(Number(values.seconds)), {
    isProxied: values.proxied,
  });
  const { runs, logins, codes, sessions, passed } = found;
  process.stdout.write(
    `${runs} requests, ${logins} logins, ${codes} codes, ${sessions} sessions, ${passed} sent on\n`,
  );
}
