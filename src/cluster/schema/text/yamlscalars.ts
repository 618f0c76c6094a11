import { DecodeError } from './json.ts';

const words = new Map<string, boolean | null | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    word => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    word => [word, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map(word => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map(word => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(word => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map(word => [word, -Infinity] as const),
]);

const decimal = /^[-+]?(0|[1-9][0-9]*)$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const radix: readonly (readonly [RegExp, number])[] = [
  [/^([-+]?)0[xX]([0-9a-fA-F]+)$/, 16],
  [/^([-+]?)0[oO]?([0-7]+)$/, 8],
  [/^([-+]?)0[bB]([01]+)$/, 2],
];

const long = 'tag:yaml.org,2002:';

/**
 * What YAML 1.1 takes a plain scalar for, as Go's library: numbers of base 60 and times stay strings.
 * @param tag An explicit tag, of a scalar in any style.
 */
export function resolvePlain(text: string, tag: string | undefined): unknown {
  if (tag === `${long}str` || tag === '!') return text;
  if (tag === `${long}binary`) return Buffer.from(text, 'base64').toString();
  const value = implicit(text);
  if (tag === undefined) return jsonNumber(value);
  const kind = tag.replace(long, '!!');
  const fits = {
    '!!int': Number.isInteger(value),
    '!!float': typeof value === 'number',
    '!!bool': typeof value === 'boolean',
    '!!null': value === null,
  };
  if (!Object.hasOwn(fits, kind)) return text;
  if (fits[kind as keyof typeof fits]) return jsonNumber(value);
  throw new DecodeError(`yaml: cannot decode ${nameOf(value)} \`${text}\` as a ${kind}`);
}

/** Whether a text that stands plain is read as this text. */
export function isPlain(text: string): boolean {
  return implicit(text) === text;
}

function nameOf(value: unknown): string {
  if (value === null) return '!!null';
  if (typeof value === 'number') return Number.isInteger(value) ? '!!int' : '!!float';
  return typeof value === 'boolean' ? '!!bool' : '!!str';
}

function implicit(text: string): unknown {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return text;
  const plain = text.replaceAll('_', '');
  if (decimal.test(plain) || float.test(plain)) {
    const number = isOctal(plain) ? Number.parseInt(plain, 8) : Number(plain);
    // What no float64 can hold is no number.
    return Number.isFinite(number) ? number : text;
  }
  for (const [shape, base] of radix) {
    const match = shape.exec(plain);
    if (match !== null) return Number.parseInt(`${match[1]}${match[2]}`, base);
  }
  return text;
}

function isOctal(text: string): boolean {
  return /^[-+]?0[0-7]+$/.test(text);
}

/** JSON has no such numbers. */
function jsonNumber(value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  throw new DecodeError(`json: unsupported value: ${name}`);
}
