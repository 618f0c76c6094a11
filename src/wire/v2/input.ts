import type { Datatype, NamedTensor, Parameters, TensorData } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';
import { describeValue } from '../json/describe.ts';
import type { JsonReader } from '../json/reader.ts';
import { duplicateKey } from '../json/value.ts';
import type { DecodeLimits } from '../limits.ts';
import { tooManyRows } from '../rows.ts';
import { checkDatatype, readData, type Declared } from './data.ts';
import {
  missing,
  openObjectField,
  readNull,
  readParameters,
  readTextField,
  refuseOutside,
} from './fields.ts';

const mostDimensions = 64;

/** Collects the fields of one member of `inputs`, in whatever order they come. */
export class InputReader implements Declared {
  readonly #reader: JsonReader;
  readonly #limits: DecodeLimits;
  readonly #index: number;
  #name: string | undefined;
  #shape: readonly number[] | undefined;
  #count = 0;
  #datatype: Datatype | undefined;
  #parameters: Parameters | undefined;
  #data: TensorData | undefined;
  /** Where data are that came before the shape or the datatype. */
  #later = -1;

  constructor(reader: JsonReader, limits: DecodeLimits, index: number) {
    this.#reader = reader;
    this.#limits = limits;
    this.#index = index;
  }

  get shape(): readonly number[] {
    return this.#shape ?? [];
  }

  path(): string {
    return `inputs[${this.#index}]`;
  }

  read(): NamedTensor {
    const reader = this.#reader;
    openObjectField(reader, () => this.path());
    let first = true;
    for (;;) {
      const key = reader.nextKey(first);
      if (key === undefined) break;
      first = false;
      this.#field(key);
    }
    return this.#finish();
  }

  #field(key: string): void {
    const reader = this.#reader;
    switch (key) {
      case 'name':
        if (this.#name !== undefined) throw duplicateKey(key, this.path());
        this.#name = readTextField(reader, () => `${this.path()}.name`);
        break;
      case 'shape':
        if (this.#shape !== undefined) throw duplicateKey(key, this.path());
        this.#readShape();
        break;
      case 'datatype':
        if (this.#datatype !== undefined) throw duplicateKey(key, this.path());
        this.#datatype = checkDatatype(
          readTextField(reader, () => `${this.path()}.datatype`),
          () => this.path(),
        );
        break;
      case 'data':
        if (this.#data !== undefined || this.#later >= 0) throw duplicateKey(key, this.path());
        this.#readData();
        break;
      case 'parameters':
        if (this.#parameters !== undefined) throw duplicateKey(key, this.path());
        this.#readParameters();
        break;
      default:
        reader.skip();
    }
  }

  #readParameters(): void {
    const path = () => `${this.path()}.parameters`;
    if (readNull(this.#reader)) return;
    this.#parameters = readParameters(this.#reader, path);
    refuseOutside(this.#parameters, path);
  }

  #readShape(): void {
    const reader = this.#reader;
    if (reader.peek() !== 0x5b) throw this.#badShape('', 'an array of non-negative integers');
    reader.at++;
    const shape: number[] = [];
    let count = 1;
    while (reader.nextItem(shape.length === 0)) {
      const dimension = this.#dimension(shape.length);
      shape.push(dimension);
      count *= dimension;
      if (shape.length > mostDimensions || count > Number.MAX_SAFE_INTEGER)
        throw wireErrors.make['wire-shape-invalid'](
          `${this.path()}.shape: found ${shape.length > mostDimensions ? `more than ${mostDimensions} dimensions` : `[${shape.join(', ')}], whose product is ${count}`}, expected at most ${mostDimensions} dimensions and ${Number.MAX_SAFE_INTEGER} elements`,
        );
    }
    this.#shape = shape;
    this.#count = count;
    const rows = shape[0] ?? 1;
    if (rows > this.#limits.maxRows) throw tooManyRows(`${this.path()}.shape[0]`, rows, this.#limits);
  }

  #dimension(index: number): number {
    const reader = this.#reader;
    const { bytes } = reader;
    const start = reader.at;
    let at = start;
    let value = 0;
    let byte = bytes[at] as number;
    while (byte >= 0x30 && byte <= 0x39 && at < start + 16) {
      value = value * 10 + (byte - 0x30);
      byte = bytes[++at] as number;
      if (value === 0) break;
    }
    const ended =
      byte === 0x2c || byte === 0x5d || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    if (at === start || !ended) throw this.#badShape(`[${index}]`, 'a non-negative integer');
    reader.at = at;
    return value;
  }

  #badShape(element: string, expected: string): Error {
    const reader = this.#reader;
    const start = reader.at;
    if (reader.peek() === -1) return reader.unexpected('a value');
    reader.skip();
    return wireErrors.make['wire-shape-invalid'](
      `${this.path()}.shape${element}: found ${describeValue(reader.bytes, start)}, expected ${expected}`,
    );
  }

  #readData(): void {
    const reader = this.#reader;
    reader.peek();
    if (this.#shape !== undefined && this.#datatype !== undefined) {
      this.#data = readData(reader, this, this.#datatype, this.#count);
    } else {
      this.#later = reader.at;
      reader.skip();
    }
  }

  #finish(): NamedTensor {
    const name = this.#name;
    const shape = this.#shape;
    const datatype = this.#datatype;
    if (name === undefined) throw missing(`${this.path()}.name`);
    if (shape === undefined) throw missing(`${this.path()}.shape`);
    if (datatype === undefined) throw missing(`${this.path()}.datatype`);
    const data = this.#data ?? this.#dataFromBefore(datatype);
    return this.#parameters === undefined
      ? { name, datatype, shape, data }
      : { name, datatype, shape, data, parameters: this.#parameters };
  }

  #dataFromBefore(datatype: Datatype): TensorData {
    if (this.#later < 0) throw missing(`${this.path()}.data`);
    const reader = this.#reader;
    const after = reader.at;
    reader.at = this.#later;
    const data = readData(reader, this, datatype, this.#count);
    reader.at = after;
    return data;
  }
}
