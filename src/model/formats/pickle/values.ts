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

/** `bytes` and `bytearray`. */
export class PyBytes {
  readonly #source: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  constructor(source: Uint8Array, start = 0, end = source.length) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** A view on the file, made when asked for: it takes five times the memory of this object. */
  get data(): Uint8Array {
    return this.#source.subarray(this.#start, this.#end);
  }
}

export class PyTuple {
  readonly items: readonly PyValue[];
  constructor(items: readonly PyValue[]) {
    this.items = items;
  }
}

/** Items of a list or tuple. */
export function itemsOf(value: PyValue | undefined): readonly PyValue[] | undefined {
  if (value instanceof PyTuple) return value.items;
  return Array.isArray(value) ? (value as readonly PyValue[]) : undefined;
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
  readonly cls: PyClass | undefined;
  /** Keys and values in turn. */
  #flat: PyValue[] = none;
  /** Where in `#flat` each key stands. */
  #index: Map<unknown, number> | undefined = undefined;
  /** How far `#flat` is free of equal keys and indexed. */
  #settled = 0;

  constructor(cls?: PyClass) {
    this.cls = cls;
  }

  /** The value under a string key; undefined when there is none. */
  get(key: string): PyValue | undefined {
    const at = this.#settle().get(key);
    return at === undefined ? undefined : this.#flat[at + 1];
  }

  has(key: string): boolean {
    return this.#settle().has(key);
  }

  get size(): number {
    return this.#settle().size;
  }

  /** The keys; a fresh array. */
  keys(): PyValue[] {
    return this.flat().filter((_, at) => at % 2 === 0);
  }

  /** The values; a fresh array. */
  values(): PyValue[] {
    return this.flat().filter((_, at) => at % 2 === 1);
  }

  /** Pairs of key and value; a fresh array. */
  /** Keys and values in turn, without a copy. */
  contents(): readonly PyValue[] {
    this.#settle();
    return this.#flat;
  }

  entries(): [PyValue, PyValue][] {
    const size = this.#settle().size;
    const flat = this.#flat;
    return Array.from({ length: size }, (_, at) => [flat[2 * at] as PyValue, flat[2 * at + 1] as PyValue]);
  }

  /** Keys and values in turn; a fresh array. */
  flat(): PyValue[] {
    this.#settle();
    return [...this.#flat];
  }

  /** For the reader: keys and values in turn. Cheap, since equal keys are joined only when somebody looks. */
  add(pairs: PyValue[]): void {
    // An array of the reader's becomes the dict's own: most dicts are filled once.
    if (this.#flat.length === 0) this.#flat = pairs;
    else for (const one of pairs) this.#flat.push(one);
  }

  #settle(): Map<unknown, number> {
    const index = (this.#index ??= new Map());
    const flat = this.#flat;
    if (this.#settled === flat.length) return index;
    let kept = this.#settled;
    for (let at = kept; at < flat.length; at += 2) {
      const key = flat[at] as PyValue;
      const hashed = hashKey(key);
      const earlier = index.get(hashed);
      const to = earlier ?? kept;
      if (earlier === undefined) {
        index.set(hashed, kept);
        flat[kept] = key;
        kept += 2;
      }
      flat[to + 1] = flat[at + 1] as PyValue;
    }
    flat.length = kept;
    this.#settled = kept;
    return index;
  }
}

/** What a dict without entries holds; never written to. */
const none: PyValue[] = [];

/**
 * Equal Python keys get equal hash keys (1 == 1.0 == True). Numbers become strings because only strings hash with a
 * secret seed in V8: a file cannot choose keys that collide. Integers beyond 64 bits and objects equal only themselves.
 */
function hashKey(key: PyValue): unknown {
  if (typeof key === 'string') return key;
  if (typeof key === 'bigint') return hashInteger(key);
  if (typeof key === 'boolean') return key ? '\0n1' : '\0n0';
  if (typeof key !== 'number') return key;
  return Number.isInteger(key) ? hashInteger(BigInt(key)) : `\0f${key}`;
}

/** The leading NUL keeps numbers apart from strings. */
function hashInteger(key: bigint): unknown {
  return BigInt.asIntN(64, key) === key ? `\0n${key.toString(36)}` : { key };
}
