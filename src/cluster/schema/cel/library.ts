import type { Environment } from '@marcbachmann/cel-js';
import { celEngine, regexEngine } from '../engines.ts';
import { isIpv4, isIpv6 } from '../validate/addresses.ts';
import { matchesPattern } from '../validate/patterns.ts';
import { rights } from './authorizer.ts';

/** Under which name a rule's `matches` is called: the library's own uses expressions that can take exponential time. */
export const safeMatches = 'matchesInLinearTime';

let base: Environment | undefined;

/**
 * The functions that Kubernetes gives to rules besides CEL's own: expressions in linear time, lists, URLs, addresses, quantities,
 * sets, formats. Made once; each kind's environment is a copy.
 */
export function celLibrary(): Environment {
  base ??= regexes(
    lists(
      urls(
        addresses(
          sets(texts(pointers(rights(new (celEngine().Environment)({ enableOptionalTypes: true }))))),
        ),
      ),
    ),
  );
  return base;
}

function fail(message: string): never {
  throw new (celEngine().EvaluationError)(message);
}

function regexes(environment: Environment): Environment {
  return environment
    .registerFunction(`string.${safeMatches}(string): bool`, (text: string, pattern: string) =>
      matchesPattern(pattern, text),
    )
    .registerFunction(
      'string.find(string): string',
      (text: string, pattern: string) => found(text, pattern)[0] ?? '',
    )
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
      found(text, pattern),
    )
    .registerFunction(
      'string.findAll(string, int): list<string>',
      (text: string, pattern: string, limit: bigint) =>
        limit < 0n ? found(text, pattern) : found(text, pattern).slice(0, Number(limit)),
    );
}

function found(text: string, pattern: string): string[] {
  const matcher = regexEngine().RE2JS.compile(pattern).matcher(text);
  const all: string[] = [];
  while (matcher.find()) all.push(matcher.group() ?? '');
  return all;
}

type Ordered = bigint | number | string | boolean;

function lists(environment: Environment): Environment {
  const least = (values: readonly Ordered[]): Ordered => pick(values, (a, b) => a < b, 'min');
  const most = (values: readonly Ordered[]): Ordered => pick(values, (a, b) => a > b, 'max');
  return environment
    .registerFunction('list.isSorted(): bool', (values: readonly Ordered[]) =>
      values.every((value, index) => index === 0 || (values[index - 1] as Ordered) <= value),
    )
    .registerFunction('list<int>.sum(): int', (values: readonly bigint[]) =>
      values.reduce((sum, value) => sum + value, 0n),
    )
    .registerFunction('list<double>.sum(): double', (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0),
    )
    .registerFunction('list.min(): dyn', least)
    .registerFunction('list.max(): dyn', most)
    .registerFunction('list.indexOf(dyn): int', (values: readonly unknown[], value: unknown) =>
      BigInt(values.indexOf(value)),
    )
    .registerFunction('list.lastIndexOf(dyn): int', (values: readonly unknown[], value: unknown) =>
      BigInt(values.lastIndexOf(value)),
    );
}

function pick(
  values: readonly Ordered[],
  better: (a: Ordered, b: Ordered) => boolean,
  name: string,
): Ordered {
  const [first] = values;
  if (first === undefined) return fail(`${name} called on empty list`);
  return values.reduce((best, value) => (better(value, best) ? value : best), first);
}

function texts(environment: Environment): Environment {
  return environment
    .registerFunction(
      'string.charAt(int): string',
      (text: string, at: bigint) => Array.from(text)[Number(at)] ?? '',
    )
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction('string.replace(string, string, int): string', replaceSome)
    .registerFunction('string.format(list): string', formatted);
}

function replaceSome(text: string, from: string, to: string, limit: bigint): string {
  if (limit < 0n) return text.replaceAll(from, () => to);
  let left = limit;
  return text.replaceAll(from, match => (left-- > 0n ? to : match));
}

function formatted(pattern: string, values: readonly unknown[]): string {
  let index = 0;
  return pattern.replaceAll(
    /%(?:\.(\d+))?([sdfeboxX%])/g,
    (_, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (index >= values.length) return fail(`index ${index} out of range`);
      const value = values[index];
      index += 1;
      return formatOne(value, verb, precision === undefined ? 6 : Number(precision));
    },
  );
}

function formatOne(value: unknown, verb: string, precision: number): string {
  if (verb === 's') return shown(value);
  if (verb === 'f') return Number(value).toFixed(Math.min(precision, 100));
  if (verb === 'e') return Number(value).toExponential(Math.min(precision, 100));
  if (verb === 'x' || verb === 'X') {
    const hex =
      typeof value === 'string' ? Buffer.from(value).toString('hex') : (value as bigint).toString(16);
    return verb === 'x' ? hex : hex.toUpperCase();
  }
  if (verb === 'b') return typeof value === 'boolean' ? (value ? '1' : '0') : (value as bigint).toString(2);
  return verb === 'o' ? (value as bigint).toString(8) : shown(value);
}

/** A value as CEL's `%s` writes it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  return JSON.stringify(value) ?? '';
}

/** Keys as the pointers of a JSON patch name them (RFC 6901 section 3). */
function pointers(environment: Environment): Environment {
  /** Has nothing but its function. */
  class Patches {
    readonly name = 'jsonpatch';
  }
  return environment
    .registerType('JsonPatches', { ctor: Patches })
    .registerConstant('jsonpatch', 'JsonPatches', new Patches())
    .registerFunction('JsonPatches.escapeKey(string): string', (_: Patches, key: string) =>
      key.replaceAll('~', '~0').replaceAll('/', '~1'),
    );
}

function sets(environment: Environment): Environment {
  /** Has nothing but its functions. */
  class Sets {
    readonly name = 'sets';
  }
  const has = (values: readonly unknown[], value: unknown): boolean => values.includes(value);
  const contains = (a: readonly unknown[], b: readonly unknown[]): boolean => b.every(value => has(a, value));
  return environment
    .registerType('Sets', { ctor: Sets })
    .registerConstant('sets', 'Sets', new Sets())
    .registerFunction('Sets.contains(list, list): bool', (_: Sets, a: unknown[], b: unknown[]) =>
      contains(a, b),
    )
    .registerFunction(
      'Sets.equivalent(list, list): bool',
      (_: Sets, a: unknown[], b: unknown[]) => contains(a, b) && contains(b, a),
    )
    .registerFunction('Sets.intersects(list, list): bool', (_: Sets, a: unknown[], b: unknown[]) =>
      a.some(value => has(b, value)),
    );
}

function urls(environment: Environment): Environment {
  const parse = (text: string): URL =>
    URL.canParse(text) ? new URL(text) : fail(`URL parse error during conversion from string: ${text}`);
  return environment
    .registerType('kubernetes.URL', { ctor: URL })
    .registerFunction('url(string): kubernetes.URL', parse)
    .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text) || text.startsWith('/'))
    .registerFunction('kubernetes.URL.getScheme(): string', (url: URL) => url.protocol.slice(0, -1))
    .registerFunction('kubernetes.URL.getHost(): string', (url: URL) => url.host)
    .registerFunction('kubernetes.URL.getHostname(): string', (url: URL) => url.hostname)
    .registerFunction('kubernetes.URL.getPort(): string', (url: URL) => url.port)
    .registerFunction('kubernetes.URL.getEscapedPath(): string', (url: URL) => url.pathname)
    .registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', (url: URL) =>
      Object.fromEntries(
        [...new Set(url.searchParams.keys())].map(key => [key, url.searchParams.getAll(key)]),
      ),
    );
}

function addresses(environment: Environment): Environment {
  const isAddress = (text: string): boolean => isIpv4(text) || isIpv6(text);
  return environment
    .registerFunction('isIP(string): bool', isAddress)
    .registerFunction('isCIDR(string): bool', (text: string) => {
      const [address = '', bits = ''] = text.split('/');
      return isAddress(address) && /^\d{1,3}$/.test(bits) && Number(bits) <= (isIpv4(address) ? 32 : 128);
    })
    .registerFunction('isQuantity(string): bool', (text: string) =>
      /^[+-]?(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][-+]?\d+)?$/.test(text),
    );
}
