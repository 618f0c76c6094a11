import type { DType } from './numpy/dtype.ts';
import type { NdArray } from './numpy/ndarray.ts';

/**
 * What a pickle can hold. Python's `None` is null, `bool` boolean, `int` bigint (exact, any size), `float` number,
 * `str` string, `list` an array; the rest are the classes below. Nothing here can run: a class is its name, and what
 * Python would have called is a {@link PyObject} that says what was to be called with what.
 *
 * Values form a graph: shared references are shared, and a container may hold itself. Walk it with a bound.
 */
export type PyValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly PyValue[]
  | PyBytes
  | PyTuple
  | PyDict
  | PySet
  | PyComplex
  | PyRange
  | PyClass
  | PyObject
  | DType
  | NdArray;

/** `bytes` and `bytearray`. `data` is a view on the file. */
export class PyBytes {
  readonly data: Uint8Array;
  constructor(data: Uint8Array) {
    this.data = data;
  }
}

export class PyTuple {
  readonly items: readonly PyValue[];
  constructor(items: readonly PyValue[]) {
    this.items = items;
  }
}

/** `complex`, and NumPy's complex scalars. */
export class PyComplex {
  readonly real: number;
  readonly imaginary: number;
  constructor(real: number, imaginary: number) {
    this.real = real;
    this.imaginary = imaginary;
  }
}

/** `slice(start, stop, step)` and `range(start, stop, step)`; a slice's parts may be null. */
export class PyRange {
  readonly kind: 'slice' | 'range';
  readonly start: PyValue;
  readonly stop: PyValue;
  readonly step: PyValue;
  constructor(kind: 'slice' | 'range', start: PyValue, stop: PyValue, step: PyValue) {
    this.kind = kind;
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** `set` and `frozenset`, in the order of the file. */
export class PySet {
  readonly frozen: boolean;
  readonly items: PyValue[];
  constructor(frozen: boolean, items: PyValue[]) {
    this.frozen = frozen;
    this.items = items;
  }
}

/** A class or function by name, spelled as in the file (`sklearn.svm.classes`, `SVC`). */
export class PyClass {
  readonly module: string;
  readonly name: string;
  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }

  /** `sklearn.svm.classes.SVC` */
  get qualified(): string {
    return `${this.module}.${this.name}`;
  }
}

/**
 * How the file made an object: `cls(*args)` by REDUCE, `cls.__new__(cls, *args)` by NEWOBJ (or `copyreg`), an old-style
 * instance by INST or OBJ; `call`: the callee is itself an object, which stands first in `args`, and `cls` is its class.
 */
export type Via = 'reduce' | 'newobj' | 'inst' | 'call';

/** An object of a class that only has a name here. */
export class PyObject {
  readonly cls: PyClass;
  readonly via: Via;
  readonly args: readonly PyValue[];
  readonly kwargs: PyDict | undefined;
  /** What BUILD gave to `__setstate__` or `__dict__`: mostly a dict of attributes; undefined without BUILD. */
  state: PyValue | undefined = undefined;
  /** What APPEND(S) gave, for subclasses of list; undefined when nothing. */
  listItems: PyValue[] | undefined = undefined;
  /** What SETITEM(S) gave, for subclasses of dict; undefined when nothing. */
  dictItems: PyDict | undefined = undefined;

  constructor(cls: PyClass, via: Via, args: readonly PyValue[], kwargs?: PyDict) {
    this.cls = cls;
    this.via = via;
    this.args = args;
    this.kwargs = kwargs;
  }

  /**
   * Attribute `name` of the instance's `__dict__`: from a state that is a dict, or a pair (dict or None, slots dict).
   * @returns undefined when the state holds no such attribute.
   */
  attribute(name: string): PyValue | undefined {
    const state = this.state;
    if (state instanceof PyDict) return state.get(name);
    if (!(state instanceof PyTuple) || state.items.length !== 2) return undefined;
    const [dict, slots] = state.items;
    const found = dict instanceof PyDict ? dict.get(name) : undefined;
    return found === undefined && slots instanceof PyDict ? slots.get(name) : found;
  }
}

/**
 * `dict`, in order of insertion; also OrderedDict, defaultdict and Counter, named by `cls`. A later value of an equal
 * key replaces the earlier one, as in Python; keys other than numbers, strings and None are compared by identity.
 */
export class PyDict {
  /** The subclass of dict, undefined for dict itself. */
  cls: PyClass | undefined;
  readonly #keys: PyValue[] = [];
  readonly #values: PyValue[] = [];
  #index: Map<unknown, number> | undefined;

  constructor(cls?: PyClass) {
    this.cls = cls;
  }

  /** The value under a string key; undefined when there is none. */
  get(key: string): PyValue | undefined {
    const at = this.#settled().get(hashKey(key));
    return at === undefined ? undefined : this.#values[at];
  }

  has(key: string): boolean {
    return this.#settled().has(hashKey(key));
  }

  get size(): number {
    return this.#settled().size;
  }

  keys(): readonly PyValue[] {
    this.#settled();
    return this.#keys;
  }

  values(): readonly PyValue[] {
    this.#settled();
    return this.#values;
  }

  /** Pairs of key and value; a fresh array. */
  entries(): [PyValue, PyValue][] {
    const values = this.values();
    return this.#keys.map((key, at) => [key, values[at] as PyValue]);
  }

  /** For the reader: cheap, since equal keys are joined only when somebody looks. */
  add(key: PyValue, value: PyValue): void {
    this.#keys.push(key);
    this.#values.push(value);
    this.#index = undefined;
  }

  #settled(): Map<unknown, number> {
    if (this.#index !== undefined) return this.#index;
    const index = new Map<unknown, number>();
    let kept = 0;
    for (let at = 0; at < this.#keys.length; at++) {
      const hashed = hashKey(this.#keys[at] as PyValue);
      const value = this.#values[at] as PyValue;
      const earlier = index.get(hashed);
      if (earlier !== undefined) {
        this.#values[earlier] = value;
        continue;
      }
      index.set(hashed, kept);
      this.#keys[kept] = this.#keys[at] as PyValue;
      this.#values[kept++] = value;
    }
    this.#keys.length = kept;
    this.#values.length = kept;
    return (this.#index = index);
  }
}

/**
 * Equal Python keys get equal hash keys (1 == 1.0 == True). Numbers and strings become prefixed strings because only
 * those hash with a secret seed in V8: a file cannot choose keys that collide.
 */
function hashKey(key: PyValue): unknown {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'bigint') return `n${key.toString(16)}`;
  if (typeof key === 'boolean') return key ? 'n1' : 'n0';
  if (typeof key !== 'number') return key;
  return Number.isInteger(key) ? `n${BigInt(key).toString(16)}` : `f${key}`;
}
