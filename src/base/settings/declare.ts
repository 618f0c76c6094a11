import { settingErrors } from './errors.ts';

/**
 * One setting, declared once: value type, default, environment variable, flag spellings, help text. The command line,
 * the help and `docs/reference/commands.md` all read this row.
 */
export interface Setting<T> {
  readonly kind: 'value' | 'switch' | 'list';
  /** What stands for the value in help: `PORT`, `BYTES`. */
  readonly placeholder: string;
  readonly default: T;
  /** How the default reads in help when its value says less than its meaning. */
  readonly defaultText: string;
  readonly env: string | undefined;
  /** Spellings without dashes; the first is the one help shows, the others are other servers' names for it. */
  readonly flags: readonly [string, ...string[]];
  readonly help: string;
  /** @throws setting-invalid, naming `origin` (the flag or variable), the text found and the form expected. */
  parse(text: string, origin: string): T;
}

export type SettingTable = Readonly<Record<string, Setting<unknown>>>;

export type ValuesOf<Table extends SettingTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer T> ? T : never;
};

/** What a number may be; anything that can be written when absent. */
interface Range {
  least?: number;
  most?: number;
}

interface Declared<T> {
  default: T;
  defaultText?: string;
  env?: string;
  flags: readonly [string, ...string[]];
  help: string;
  placeholder?: string;
}

function invalid(origin: string, text: string, expected: string): Error {
  return settingErrors.make['setting-invalid'](`${origin}: found "${text}", expected ${expected}`);
}

function declare<T>(
  kind: Setting<T>['kind'],
  placeholder: string,
  row: Declared<T>,
  parse: Setting<T>['parse'],
): Setting<T> {
  return {
    kind,
    placeholder: row.placeholder ?? placeholder,
    default: row.default,
    defaultText: row.defaultText ?? describeDefault(row.default),
    env: row.env,
    flags: row.flags,
    help: row.help,
    parse,
  };
}

function describeDefault(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function parseWhole(text: string, origin: string, least: number, most: number): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw invalid(origin, text, `a whole number from ${least} to ${most}`);
  return value;
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  kb: 1e3,
  ki: 1024,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gi: 1024 ** 3,
  gib: 1024 ** 3,
  t: 1e12,
  tb: 1e12,
  ti: 1024 ** 4,
  tib: 1024 ** 4,
};

/** Timers keep milliseconds in 31 bits: a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;
const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1e3, '': 1e3, m: 6e4, h: 36e5 };

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = units[match?.[2]?.toLowerCase() ?? '?'];
  return match === null || unit === undefined ? Number.NaN : Math.round(Number(match[1]) * unit);
}

/** How a range reads behind the form of a value: `, at least 1KiB and at most 1MiB`. */
function within({ least, most }: Range, write: (value: number) => string): string {
  const ends = [
    least === undefined ? [] : [`at least ${write(least)}`],
    most === undefined ? [] : [`at most ${write(most)}`],
  ].flat();
  return ends.length === 0 ? '' : `, ${ends.join(' and ')}`;
}

function bytesText(bytes: number): string {
  if (bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2}MiB`;
  return bytes % 1024 === 0 ? `${bytes / 1024}KiB` : String(bytes);
}

/** Makers of settings by the form of their value. */
export const setting = {
  text: <T extends string | undefined>(row: Declared<T>): Setting<string | T> =>
    declare<string | T>('value', 'TEXT', row, (text, origin) => {
      // An unset shell variable in quotes: an empty host would open the server to every network.
      if (text === '') throw invalid(origin, text, 'a value that is not empty');
      return text;
    }),

  list: (row: Declared<readonly string[]>): Setting<readonly string[]> =>
    declare('list', 'TEXT', row, text => text.split(',')),

  switch: (row: Declared<boolean>): Setting<boolean> =>
    declare('switch', '', { defaultText: row.default ? 'on' : 'off', ...row }, (text, origin) => {
      if (/^(true|1|yes|on)$/i.test(text)) return true;
      if (/^(false|0|no|off)$/i.test(text)) return false;
      throw invalid(origin, text, 'true or false');
    }),

  whole: <T extends number | undefined>(row: Declared<T> & Range): Setting<number | T> =>
    declare<number | T>('value', 'N', row, (text, origin) =>
      parseWhole(text, origin, row.least ?? 0, row.most ?? Number.MAX_SAFE_INTEGER),
    ),

  port: (row: Declared<number>): Setting<number> =>
    declare('value', 'PORT', row, (text, origin) => parseWhole(text, origin, 0, 65535)),

  /** Bytes: `64MiB`, `1.5GB`, `1000`. */
  bytes: (row: Declared<number> & Range): Setting<number> =>
    declare('value', 'BYTES', row, (text, origin) => {
      const value = parseQuantity(text, byteUnits);
      const { least = 0, most = Number.MAX_SAFE_INTEGER } = row;
      if (value >= least && value <= most) return value;
      throw invalid(origin, text, `a number of bytes such as 64MiB, 1.5GB or 1000${within(row, bytesText)}`);
    }),

  /** Milliseconds: `250ms`, `30s`, `5m`; a bare number is seconds. */
  duration: (row: Declared<number> & { least?: number }): Setting<number> =>
    declare('value', 'TIME', row, (text, origin) => {
      const value = parseQuantity(text, durationUnits);
      if (value >= (row.least ?? 0) && value <= longestTimer) return value;
      const least = row.least === undefined ? '' : `at least ${row.least}ms and `;
      throw invalid(origin, text, `a time such as 250ms, 30s or 5m, ${least}at most 596h`);
    }),

  choice: <const T extends string>(row: Declared<T> & { choices: readonly T[] }): Setting<T> =>
    declare('value', row.choices.join('|'), row, (text, origin) => {
      const found = row.choices.find(choice => choice === text.toLowerCase());
      if (found === undefined) throw invalid(origin, text, `one of ${row.choices.join(', ')}`);
      return found;
    }),
};
