import { malformed } from './errors.ts';
import type { Value } from './ubjson.ts';

function isObject(value: Value | undefined): value is { readonly [name: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function described(value: Value | undefined): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (ArrayBuffer.isView(value) || Array.isArray(value))
    return `an array of ${(value as { length: number }).length}`;
  return isObject(value) ? 'an object' : JSON.stringify(value);
}

const integerText = /^\s*-?\d{1,15}\s*$/;

/** An object of a document: typed access to its fields, and its place for messages. Numbers may be written as texts. */
export class Fields {
  readonly #fields: { readonly [name: string]: Value };
  /** e.g. `learner.gradient_booster.model.trees[3]`. */
  readonly place: string;

  constructor(value: Value | undefined, place: string) {
    if (!isObject(value)) malformed(`${place} is ${described(value)}, expected an object`);
    this.#fields = value;
    this.place = place;
  }

  get names(): readonly string[] {
    return Object.keys(this.#fields);
  }

  raw(name: string): Value | undefined {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  child(name: string): Fields {
    return new Fields(this.raw(name), this.#placeOf(name));
  }

  text(name: string): string {
    const value = this.raw(name);
    return typeof value === 'string' ? value : this.#wrong(name, 'a text');
  }

  integer(name: string, absent?: number): number {
    const value = this.raw(name);
    if (value === undefined && absent !== undefined) return absent;
    const number = typeof value === 'string' && integerText.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) ? (number as number) : this.#wrong(name, 'a whole number');
  }

  /** Objects of an array. */
  children(name: string): readonly Fields[] {
    const value = this.raw(name);
    if (!Array.isArray(value)) return this.#wrong(name, 'an array');
    return (value as readonly Value[]).map(
      (item, index) => new Fields(item, `${this.#placeOf(name)}[${index}]`),
    );
  }

  texts(name: string): readonly string[] {
    const value = this.raw(name);
    const isList = Array.isArray(value) && value.every(item => typeof item === 'string');
    return isList ? value : this.#wrong(name, 'an array of texts');
  }

  /** Texts and other plain values by name; what is none is left out. */
  plain(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#fields).flatMap(([name, value]) =>
        typeof value === 'object' ? [] : [[name, String(value)]],
      ),
    );
  }

  floats(name: string, count?: number): Float32Array {
    return Float32Array.from(this.#numbers(name, count));
  }

  doubles(name: string): Float64Array {
    return Float64Array.from(this.#numbers(name, undefined));
  }

  /** Whole numbers below 2^31 in size; `flag` also takes true and false. */
  integers(name: string, count?: number): Int32Array {
    const values = this.#numbers(name, count);
    if (values instanceof Int32Array) return values;
    return Int32Array.from(values, value =>
      Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : this.#wrong(name, 'whole numbers'),
    );
  }

  #numbers(name: string, count: number | undefined): ArrayLike<number> & Iterable<number> {
    const value = this.raw(name);
    if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return this.#wrong(name, 'an array of numbers');
    const list = value as readonly Value[];
    if (count !== undefined && list.length !== count)
      return malformed(`${this.#placeOf(name)} has ${list.length} elements, expected ${count}`);
    if (ArrayBuffer.isView(value)) return value;
    return Float64Array.from(list, item => numberOf(item) ?? this.#wrong(name, 'numbers'));
  }

  #placeOf(name: string): string {
    return this.place === '' ? name : `${this.place}.${name}`;
  }

  #wrong(name: string, expected: string): never {
    return malformed(`${this.#placeOf(name)} is ${described(this.raw(name))}, expected ${expected}`);
  }
}

/** What JSON has no number for, XGBoost writes as words. */
const words: Readonly<Record<string, number>> = {
  NaN,
  nan: NaN,
  Infinity,
  inf: Infinity,
  '-Infinity': -Infinity,
  '-inf': -Infinity,
};

function numberOf(item: Value): number | undefined {
  if (typeof item === 'number') return item;
  if (typeof item === 'boolean') return Number(item);
  return typeof item === 'string' ? words[item] : undefined;
}
