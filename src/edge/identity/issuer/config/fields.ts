import { issuerErrors } from '../errors.ts';

export function invalid(at: string, found: unknown, expected: string): Error {
  const text = `${at}: found ${shown(found)}; expected ${expected}.`;
  return issuerErrors.make['issuer-config-invalid'](text);
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The fields of a mapping in a configuration; each read says where it stands when it is wrong. */
export class Fields {
  readonly at: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /** @throws `issuer-config-invalid` when `value` is no mapping */
  constructor(value: unknown, at: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid(at === '' ? 'The configuration' : at, value, 'a mapping of names to values');
    }
    this.at = at;
    this.#values = value as Record<string, unknown>;
  }

  /** Where a field stands, as in `staticClients[0].id`. */
  path(name: string): string {
    return this.at === '' ? name : `${this.at}.${name}`;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  get names(): readonly string[] {
    return Object.keys(this.#values);
  }

  text(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (typeof value !== 'string')
      throw invalid(this.path(name), value, 'text, in quotes where it looks like a number');
    return value;
  }

  flag(name: string): boolean | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (typeof value !== 'boolean') throw invalid(this.path(name), value, 'true or false');
    return value;
  }

  list(name: string): readonly unknown[] {
    if (!this.has(name)) return [];
    const value = this.#values[name];
    if (!Array.isArray(value)) throw invalid(this.path(name), value, 'a list');
    return value;
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((value, at) => {
      if (typeof value === 'string') return value;
      throw invalid(`${this.path(name)}[${at}]`, value, 'text');
    });
  }

  /** The mappings of a list. */
  each(name: string): Fields[] {
    return this.list(name).map((value, at) => new Fields(value, `${this.path(name)}[${at}]`));
  }

  /** A mapping; empty when it is not there. */
  under(name: string): Fields {
    return new Fields(this.has(name) ? this.#values[name] : {}, this.path(name));
  }

  /** Milliseconds of a duration as Go writes it. */
  duration(name: string): number | undefined {
    const written = this.text(name);
    if (written === undefined) return undefined;
    const read = readDuration(written);
    if (read === undefined) throw invalid(this.path(name), written, 'a duration such as 24h, 90m or 1h30m');
    return read;
  }

  /** Names that are none of these stop the reading: a slip of the pen must not pass as a setting. */
  only(known: readonly string[]): void {
    const wrong = this.names.find(name => !known.includes(name));
    if (wrong !== undefined)
      throw invalid(this.path(wrong), this.#values[wrong], `one of the fields ${known.join(', ')}`);
  }
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds; undefined for what is no duration, or none above zero. */
function readDuration(written: string): number | undefined {
  if (!/^(\d{1,9}(\.\d{1,9})?(ms|s|m|h))+$/.test(written)) return undefined;
  let total = 0;
  for (const [, count, unit = ''] of written.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    total += Number(count) * (units[unit] ?? 0);
  }
  return total > 0 ? total : undefined;
}
