import { lightgbmErrors } from './errors.ts';

type Fields = Readonly<Record<string, unknown>>;

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Typed access to an object of a JSON dump, and its place for messages. */
export class Json {
  readonly #fields: Fields;
  readonly place: string;

  constructor(value: unknown, place: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw lightgbmErrors.make['lightgbm-malformed'](`${place} is ${shown(value)}, expected an object`);
    this.#fields = value as Fields;
    this.place = place;
  }

  raw(key: string): unknown {
    return Object.hasOwn(this.#fields, key) ? this.#fields[key] : undefined;
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  malformed(key: string, expected: string): never {
    throw lightgbmErrors.make['lightgbm-malformed'](
      `${this.place}: ${key} is ${shown(this.raw(key))}, expected ${expected}`,
    );
  }

  number(key: string, otherwise?: number): number {
    const value = this.raw(key);
    if (value === undefined && otherwise !== undefined) return otherwise;
    return typeof value === 'number' ? value : this.malformed(key, 'a number');
  }

  integer(key: string, least: number, most: number, otherwise?: number): number {
    const value = this.number(key, otherwise);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    return this.malformed(key, `a whole number from ${least} to ${most}`);
  }

  flag(key: string): boolean {
    const value = this.raw(key);
    return value === undefined || typeof value === 'boolean'
      ? value === true
      : this.malformed(key, 'true or false');
  }

  text(key: string): string | undefined {
    const value = this.raw(key);
    return value === undefined || typeof value === 'string' ? value : this.malformed(key, 'text');
  }

  list(key: string): readonly unknown[] {
    const value = this.raw(key);
    return Array.isArray(value) ? value : this.malformed(key, 'a list');
  }

  texts(key: string): readonly string[] {
    const list = this.list(key);
    return list.every(item => typeof item === 'string') ? list : this.malformed(key, 'a list of texts');
  }

  numbers(key: string): readonly number[] {
    const list = this.list(key);
    return list.every(item => typeof item === 'number') ? list : this.malformed(key, 'a list of numbers');
  }

  inside(key: string, place: string): Json {
    return new Json(this.raw(key), place);
  }
}
