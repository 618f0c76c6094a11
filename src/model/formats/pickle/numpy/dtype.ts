import { malformed } from '../errors.ts';
import type { Budget } from '../machine/budget.ts';
import { PyDict, PyTuple, type PyValue } from '../values.ts';
import { asCount, asText } from './arguments.ts';
import { type DKind, spelledDType } from './spelling.ts';

/** A field of a structured dtype; `offset` in bytes from the start of a record. */
export interface DField {
  readonly name: string;
  readonly dtype: DType;
  readonly offset: number;
}

interface Subarray {
  readonly base: DType;
  readonly shape: readonly number[];
}

/** Real dtypes nest twice at most; the leaves of a record are what a value of it is made of. */
const deepest = 32;
const mostLeaves = 65_536;

/** A `numpy.dtype`. */
export class DType {
  readonly kind: DKind;
  /** Bytes per element; a unicode character takes four. */
  itemsize: number;
  bigEndian: boolean;
  /** Fields of a structured dtype, in order; empty otherwise. */
  fields: readonly DField[] = [];
  /** For fields such as `('f8', (3,))`: each element is an array of this shape. */
  subarray: Subarray | undefined = undefined;
  /** Unit of datetime64 and timedelta64, such as `ns`; undefined when generic. */
  unit: string | undefined;
  #depth = 0;
  #leaves = 1;
  #holdsObjects = false;
  #sealed = false;

  constructor(kind: DKind, itemsize: number, bigEndian = false, unit?: string) {
    this.kind = kind;
    this.itemsize = itemsize;
    this.bigEndian = bigEndian;
    this.unit = unit;
  }

  /** The dtype that NumPy spells so (`<f8`, `U12`, `float64`, `M8[ns]`); undefined when none is. */
  static spelled(text: string): DType | undefined {
    const found = spelledDType(text);
    return found && new DType(found.kind, found.itemsize, found.bigEndian, found.unit);
  }

  /** A record of these fields one after another; those without a name are padding. */
  static packed(parts: readonly { readonly name: string; readonly dtype: DType }[]): DType {
    const record = new DType('V', 0);
    const fields: DField[] = [];
    for (const { name, dtype } of parts) {
      record.#contain(dtype, 1);
      if (name !== '') fields.push({ name, dtype, offset: record.itemsize });
      record.itemsize += dtype.itemsize;
    }
    record.fields = fields;
    return record;
  }

  /** A dtype whose elements are arrays of `shape`. @throws Fault `pickle-malformed` */
  static repeated(base: DType, shape: readonly number[]): DType {
    const elements = shape.reduce((product, count) => product * count, 1);
    const made = new DType('V', elements * base.itemsize);
    made.#contain(base, elements);
    made.subarray = { base, shape };
    return made;
  }

  /** Whether elements are Python objects, or records that hold some. */
  get hasObjects(): boolean {
    return this.kind === 'O' || this.#holdsObjects;
  }

  /** NumPy's spelling: `<f8`, `|b1`, `<U12`, `|O`, `|V64`, `<M8[ns]`. */
  get name(): string {
    if (this.kind === 'O') return '|O';
    const order =
      this.itemsize <= 1 || this.kind === 'S' || this.kind === 'V' ? '|' : this.bigEndian ? '>' : '<';
    const count = this.kind === 'U' ? this.itemsize / 4 : this.itemsize;
    return `${order}${this.kind}${count}${this.unit === undefined ? '' : `[${this.unit}]`}`;
  }

  /** Values in one element: 1, or the leaves of a record. */
  get leaves(): number {
    return this.#leaves;
  }

  /** After the dtype stands in an array or a record, a later state could make it contain itself. */
  seal(): this {
    this.#sealed = true;
    return this;
  }

  /**
   * `dtype.__setstate__((version, byteorder, subdtype, names, fields, itemsize, alignment, flags[, metadata]))`.
   * @throws Fault `pickle-malformed`
   */
  setState(state: PyValue, budget: Budget): void {
    if (!(state instanceof PyTuple) || state.items.length < 7)
      throw malformed('a dtype has a state of another form');
    if (this.#sealed || this.#depth > 0) throw malformed('a dtype changes after it was used');
    const [, order, subarray, names, fields, itemsize] = state.items;
    const spelled = asText(order);
    this.bigEndian = spelled === '>';
    const width = asCount(itemsize) ?? -1;
    if ((this.kind === 'S' || this.kind === 'U' || this.kind === 'V') && width >= 0) this.itemsize = width;
    this.unit = unitOf(state.items[8]) ?? this.unit;
    if (subarray instanceof PyTuple) this.#setSubarray(subarray);
    if (names instanceof PyTuple && fields instanceof PyDict) this.#setFields(names, fields, budget);
  }

  #setSubarray(state: PyTuple): void {
    const [base, dimensions] = state.items;
    const shape = dimensions instanceof PyTuple ? dimensions.items.map(asCount) : [asCount(dimensions)];
    if (!(base instanceof DType) || shape.length > 32 || shape.includes(undefined))
      throw malformed('a dtype has a subarray of another form');
    const counts = shape as number[];
    const elements = counts.reduce((product, count) => product * count, 1);
    if (elements * base.itemsize !== this.itemsize)
      throw malformed(
        `a subarray of ${elements * base.itemsize} bytes stands in a dtype of ${this.itemsize}`,
      );
    this.#contain(base, elements);
    this.subarray = { base, shape: counts };
  }

  #setFields(names: PyTuple, fields: PyDict, budget: Budget): void {
    budget.spend(names.items.length * 96);
    this.#leaves = 0;
    this.fields = names.items.map(one => this.#field(asText(one) ?? '', fields));
  }

  #field(name: string, fields: PyDict): DField {
    const entry = fields.get(name);
    const [dtype, at] = entry instanceof PyTuple ? entry.items : [];
    const offset = asCount(at);
    if (!(dtype instanceof DType) || offset === undefined)
      throw malformed(`field ${JSON.stringify(name.slice(0, 40))} of a dtype has another form`);
    if (offset + dtype.itemsize > this.itemsize)
      throw malformed(
        `field ${JSON.stringify(name.slice(0, 40))} ends beyond its record of ${this.itemsize} bytes`,
      );
    this.#contain(dtype, 1);
    return { name, dtype, offset };
  }

  /** Accounts for `count` elements of an inner dtype; bounds what walks over the parts will meet. */
  #contain(inner: DType, count: number): void {
    if (inner === this) throw malformed('a dtype contains itself');
    inner.seal();
    this.#depth = Math.max(this.#depth, inner.#depth + 1);
    this.#leaves += inner.#leaves * count;
    this.#holdsObjects ||= inner.hasObjects;
    if (this.#depth > deepest || this.#leaves > mostLeaves)
      throw malformed('a dtype has more parts than any real one');
  }
}

/** Metadata of dates: `(dict, (unit, multiple, …))`. */
function unitOf(metadata: PyValue | undefined): string | undefined {
  const date = metadata instanceof PyTuple ? metadata.items[1] : undefined;
  if (!(date instanceof PyTuple)) return undefined;
  const unit = asText(date.items[0]);
  const multiple = asCount(date.items[1]) ?? 1;
  if (unit === undefined || unit.length > 8 || unit === 'generic') return undefined;
  return multiple === 1 ? unit : `${multiple}${unit}`;
}
