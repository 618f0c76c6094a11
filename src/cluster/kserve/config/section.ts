import { parseQuantity } from '../../meta/index.ts';
import { kserveErrors } from '../errors.ts';
import { type Fields, isFields } from '../untyped.ts';

/** One key of the ConfigMap, or an object in it; reads its fields and tells of those that are of a wrong type. */
export class Section {
  readonly #path: string;
  readonly #fields: Fields;

  constructor(path: string, fields: Fields) {
    this.#path = path;
    this.#fields = fields;
  }

  /** @throws `kserve-configuration` when the text is not a JSON object. */
  static parse(key: string, text: string): Section {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw wrong(key, `is not JSON: ${(error as Error).message}`);
    }
    if (!isFields(value)) throw wrong(key, `is ${shown(value)}, but has to be a JSON object`);
    return new Section(key, value);
  }

  text(name: string, otherwise: string): string {
    return this.optionalText(name) ?? otherwise;
  }

  /** Undefined where nothing is said. */
  optionalText(name: string): string | undefined {
    return this.#read(name, 'a string', value => typeof value === 'string');
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.#read<boolean>(name, 'true or false', value => typeof value === 'boolean') ?? otherwise;
  }

  number(name: string, otherwise: number): number {
    return this.optionalNumber(name) ?? otherwise;
  }

  optionalNumber(name: string): number | undefined {
    return this.#read(name, 'a whole number', (value): value is number => Number.isSafeInteger(value));
  }

  /** An amount of a resource, as `100Mi`; may be empty where nothing is usual. */
  quantity(name: string, otherwise: string): string {
    const text = this.text(name, otherwise) || otherwise;
    if (text !== '' && parseQuantity(text) === undefined)
      throw this.fault(name, 'an amount such as 100m or 1Gi');
    return text;
  }

  texts(name: string): readonly string[] {
    return this.optionalTexts(name) ?? [];
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const isList = (value: unknown): value is readonly string[] =>
      Array.isArray(value) && value.every(one => typeof one === 'string');
    return this.#read(name, 'a list of strings', isList);
  }

  /** Keys and texts. */
  map(name: string): Readonly<Record<string, string>> | undefined {
    const isMap = (value: unknown): value is Readonly<Record<string, string>> =>
      isFields(value) && Object.values(value).every(one => typeof one === 'string');
    return this.#read(name, 'an object of strings', isMap);
  }

  /** One of some words. */
  word<const Words extends readonly string[]>(name: string, words: Words): Words[number] | undefined {
    const text = this.optionalText(name) ?? '';
    if (text === '' || words.includes(text)) return text || undefined;
    throw this.fault(name, `one of ${words.join(', ')}`);
  }

  /** An object in this one; empty where it is absent. */
  section(name: string): Section {
    return this.optionalSection(name) ?? new Section(`${this.#path}.${name}`, {});
  }

  optionalSection(name: string): Section | undefined {
    const fields = this.#read<Fields>(name, 'an object', isFields);
    return fields && new Section(`${this.#path}.${name}`, fields);
  }

  /** What is said when a field is not what it has to be. */
  fault(name: string, expected: string): Error {
    return wrong(`${this.#path}.${name}`, `is ${shown(this.#fields[name])}, but has to be ${expected}`);
  }

  #read<Value>(
    name: string,
    expected: string,
    accepts: (value: unknown) => value is Value,
  ): Value | undefined {
    const value = this.#fields[name] ?? undefined;
    if (value === undefined) return undefined;
    if (!accepts(value)) throw this.fault(name, expected);
    return value;
  }
}

function wrong(path: string, what: string): Error {
  return kserveErrors.make['kserve-configuration'](`inferenceservice-config: ${path} ${what}.`);
}

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
