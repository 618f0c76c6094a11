import { NdArray, PyDict, PyObject, type PyValue } from '../pickle/index.ts';
import { sklearnErrors } from './errors.ts';
import { describeValue, itemsOf, numberOf } from './python.ts';
import { densify, isSparse } from './sparse.ts';
import { parseVersion, type Version } from './version.ts';

/** Row-major float64 `[rows, columns]`. */
export interface Matrix {
  readonly values: Float64Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** An estimator of the file: typed access to its attributes, and its place in the model for messages. */
export class Estimator {
  readonly object: PyObject;
  /** e.g. `model`, `pipeline.steps[1] 'clf'`. */
  readonly place: string;
  readonly version: Version;

  /** @param inherited version of the estimator that holds this one, for files that write it only once */
  constructor(object: PyObject, place: string, inherited: Version) {
    this.object = object;
    this.place = place;
    const written = object.attribute('_sklearn_version');
    this.version = (typeof written === 'string' ? parseVersion(written) : undefined) ?? inherited;
  }

  /** Class name without its module. */
  get name(): string {
    return this.object.cls.name;
  }

  raw(name: string): PyValue | undefined {
    return this.object.attribute(name);
  }

  /** Whether the attribute is there and not None. */
  has(name: string): boolean {
    const value = this.raw(name);
    return value !== undefined && value !== null;
  }

  /** The first of several spellings that is there and not None. */
  anyOf(...names: readonly string[]): string | undefined {
    return names.find(name => this.has(name));
  }

  /** Whether fit has left any trace: attributes that end with an underscore. */
  get isFitted(): boolean {
    const state = this.object.state;
    if (!(state instanceof PyDict)) return false;
    return state.keys().some(key => typeof key === 'string' && /[^_]_$/.test(key));
  }

  /** @throws `sklearn-not-fitted` when nothing was learnt, `sklearn-malformed` when this attribute alone is missing */
  fitted(...names: readonly string[]): string {
    const found = this.anyOf(...names);
    if (found !== undefined) return found;
    if (this.isFitted) return this.malformed(names[0] as string, 'the fitted attribute');
    throw sklearnErrors.make['sklearn-not-fitted'](
      `${this.place}: this ${this.name} is not fitted (it has no ${names[0]}); it was saved before fit was called`,
    );
  }

  malformed(name: string, expected: string): never {
    throw sklearnErrors.make['sklearn-malformed'](
      `${this.place}: attribute ${name} of ${this.name} is ${describeValue(this.raw(name))}, expected ${expected}`,
    );
  }

  unsupported(name: string, reason: string): never {
    throw sklearnErrors.make['sklearn-parameter-unsupported'](
      `${this.place}: ${this.object.cls.qualified} with ${name}=${describeValue(this.raw(name))} is not supported: ${reason}`,
    );
  }

  number(name: string): number {
    return numberOf(this.raw(name)) ?? this.malformed(name, 'a number');
  }

  count(name: string): number {
    const value = this.number(name);
    return Number.isSafeInteger(value) && value >= 0 ? value : this.malformed(name, 'a count');
  }

  text(name: string): string | undefined {
    const value = this.raw(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** A parameter that is true or false; NumPy's booleans and 0 or 1 count too. */
  flag(name: string, absent: boolean): boolean {
    const value = this.raw(name);
    if (value === undefined || value === null) return absent;
    if (typeof value === 'boolean') return value;
    const number = numberOf(value);
    return number === undefined ? this.malformed(name, 'True or False') : number !== 0;
  }

  /** Numbers of an array of any shape, a scalar, or a list of numbers. */
  numbers(name: string): { readonly values: Float64Array; readonly shape: readonly number[] } {
    const value = this.raw(name);
    if (value instanceof NdArray && 'biuf'.includes(value.dtype.kind))
      return { values: value.float64(), shape: value.shape };
    if (isSparse(value)) return densify(value, `${this.place}: ${name}`);
    const single = numberOf(value);
    if (single !== undefined) return { values: Float64Array.of(single), shape: [] };
    const items = itemsOf(value)?.map(numberOf);
    if (items === undefined || items.includes(undefined)) return this.malformed(name, 'numbers');
    return { values: Float64Array.from(items as number[]), shape: [items.length] };
  }

  vector(name: string): Float64Array {
    const { values, shape } = this.numbers(name);
    return shape.length <= 1 ? values : this.malformed(name, 'one dimension');
  }

  matrix(name: string): Matrix {
    const { values, shape } = this.numbers(name);
    const [rows, columns, more] = shape;
    if (rows === undefined || columns === undefined || more !== undefined)
      return this.malformed(name, 'two dimensions');
    return { values, shape: [rows, columns] };
  }

  counts(name: string): Int32Array {
    const value = this.raw(name);
    if (value instanceof NdArray && 'biu'.includes(value.dtype.kind)) return value.int32();
    return Int32Array.from(this.vector(name), item =>
      Number.isInteger(item) && Math.abs(item) < 2 ** 31 ? item : this.malformed(name, 'whole numbers'),
    );
  }

  /** An estimator among the attributes; undefined when there is none. */
  part(name: string): Estimator | undefined {
    const value = this.raw(name);
    if (value === undefined || value === null) return undefined;
    return value instanceof PyObject
      ? new Estimator(value, `${this.place}.${name}`, this.version)
      : this.malformed(name, 'an estimator');
  }

  array(name: string): NdArray {
    const value = this.raw(name);
    return value instanceof NdArray ? value : this.malformed(name, 'an array');
  }
}
