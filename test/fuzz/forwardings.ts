import type { Random } from './random.ts';

type Field = [name: string, value: string];

/** Proxies that the gateway believes; requests of the fuzzed client come from the first. */
export const trusted = ['127.0.0.1', '10.0.0.0/8'];
/** Whom the proxy names where nothing is spoilt. */
export const client = '203.0.113.7';

/** Addresses as proxies write them, of ones that are believed and of others, and what is none. */
const written = [
  client,
  '198.51.100.4',
  '198.51.100.4:4711',
  '10.0.0.1',
  '10.1.2.3:80',
  '127.0.0.1',
  '[2001:db8::1]',
  '[2001:db8::1]:99',
  '2001:db8::2',
  '::ffff:10.0.0.9',
  '[::1]:1',
  'unknown',
  '_hidden',
  '0127.0.0.1',
  '203.0.113.7 10.0.0.1',
  '',
  `<x"'>`,
];
const schemes = ['http', 'https', 'HTTPS', 'https ', 'wss', '', 'https,http', 'http, https'];
const hosts = [
  'localhost',
  'localhost:8080',
  'iris.mine.example.com',
  'secret.other.example.com:80',
  'SECRET.other.example.com.',
  'evil.test',
  'a b',
  'user@evil.test',
  'localhost, evil.test',
  '[::1]:8080',
  '/evil',
];
/** Names by which a proxy or whoever is before it might say the same. */
const others = [
  'X-Real-IP',
  'X_Forwarded_For',
  'X-Forwarded-Port',
  'X-Forwarded-Client-Cert',
  'x.forwarded.host',
];

/** Makes up what proxies before a gateway say of a request: by the grammar of each field, and with parts of it changed. */
export class Forwardings {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** As one proxy says it that does all well. */
  good(host: string): Field[] {
    return this.#random.chance(0.5)
      ? [
          ['X-Forwarded-For', client],
          ['X-Forwarded-Proto', 'https'],
          ['X-Forwarded-Host', host],
        ]
      : [['Forwarded', `for=${client};host="${host}";proto=https`]];
  }

  /** Lists, elements and pairs in any number and order, some twice, some under other names. */
  wild(): Field[] {
    const random = this.#random;
    const fields: Field[] = [];
    if (random.chance(0.7)) fields.push([this.#cased('X-Forwarded-For'), this.#list(written)]);
    if (random.chance(0.4)) fields.push([this.#cased('X-Forwarded-Proto'), this.#list(schemes)]);
    if (random.chance(0.4)) fields.push([this.#cased('X-Forwarded-Host'), this.#list(hosts)]);
    if (random.chance(0.4)) fields.push([this.#cased('Forwarded'), this.#elements()]);
    if (random.chance(0.2)) fields.push([random.pick(others), random.pick([...written, ...hosts])]);
    // A proxy may add a field of its own beside the one that a client has written.
    if (random.chance(0.2) && fields.length > 0) fields.push(random.pick(fields));
    return random.chance(0.2) ? fields.toReversed() : fields;
  }

  #list(from: readonly string[]): string {
    const random = this.#random;
    const items = Array.from({ length: 1 + random.below(4) }, () => random.pick(from));
    return items.join(random.pick([',', ', ', ' ,\t', ',,']));
  }

  #elements(): string {
    const random = this.#random;
    const element = (): string =>
      Array.from({ length: 1 + random.below(4) }, () => this.#pair()).join(random.pick([';', '; ', ';;']));
    const text = Array.from({ length: 1 + random.below(3) }, element).join(random.pick([',', ', ', ',,']));
    if (random.chance(0.85)) return text;
    const at = random.below(text.length + 1);
    return (
      text.slice(0, at) + random.pick(['"', '\\', ',', ';', '=', ' ']) + text.slice(at + random.below(2))
    );
  }

  #pair(): string {
    const random = this.#random;
    const name = random.pick(['for', 'for', 'For', 'by', 'host', 'proto', 'secret', '']);
    const from = /^for$|by/i.test(name) ? written : name === 'proto' ? schemes : hosts;
    const value = random.pick(from);
    if (random.chance(0.5)) return `${name}=${value}`;
    const escaped = random.chance(0.3) ? value.replaceAll(/[\w.]/g, String.raw`\$&`) : value;
    return `${name}="${escaped.replaceAll('"', String.raw`\"`)}"`;
  }

  #cased(name: string): string {
    return this.#random.pick([name, name, name.toLowerCase(), name.toUpperCase()]);
  }
}
