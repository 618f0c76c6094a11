import {
  type DType,
  NdArray,
  PyBytes,
  PyClass,
  PyComplex,
  PyDict,
  PyObject,
  PyRange,
  PySet,
  PyTuple,
  type PyValue,
} from '../../src/model/formats/pickle/index.ts';

/** A Python value as the corpus's manifest spells it; its README has the table. */
export type Tagged = null | boolean | string | { readonly [tag: string]: unknown };

type Element = number | readonly number[] | Tagged;

interface TaggedArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data?: readonly Element[];
  readonly fields?: readonly (readonly [string, string, number, readonly number[]])[];
  readonly columns?: Readonly<Record<string, readonly Element[]>>;
}

/** Where a value differs from what the manifest says, or undefined when it does not. */
export function difference(value: PyValue, expected: Tagged): string | undefined {
  return new Comparison().compare(value, expected, '$');
}

class Comparison {
  /** Containers around the value at hand, outermost first. */
  readonly #above: PyValue[] = [];

  compare(value: PyValue, expected: Tagged, place: string): string | undefined {
    if (expected === null || typeof expected !== 'object')
      return value === expected ? undefined : `${place}: ${show(value)}, expected ${show(expected)}`;
    if ('object' in expected) return this.#within(value, () => this.#object(value, expected, place));
    const [tag, content] = Object.entries(expected)[0] as [string, unknown];
    if ('dict' in expected || ('class' in expected && Object.keys(expected).length > 1))
      return this.#within(value, () => this.#dict(value, expected, place));
    return this.#tagged(value, tag, content, place, expected);
  }

  #tagged(
    value: PyValue,
    tag: string,
    content: unknown,
    place: string,
    expected: { readonly [tag: string]: unknown },
  ): string | undefined {
    const items = content as readonly Tagged[];
    const wrong = `${place}: ${show(value)}, expected ${JSON.stringify(expected).slice(0, 200)}`;
    switch (tag) {
      case 'int':
        return value === BigInt(content as string) ? undefined : wrong;
      case 'float':
        return Object.is(value, numberOf(content)) ? undefined : wrong;
      case 'complex':
        return value instanceof PyComplex && samePair(value, items) ? undefined : wrong;
      case 'bytes':
      case 'bytearray':
        return value instanceof PyBytes && hex(value.data) === content ? undefined : wrong;
      case 'py2str':
        return typeof value === 'string' && hex(Buffer.from(value, 'latin1')) === content ? undefined : wrong;
      case 'list':
        return Array.isArray(value)
          ? this.#within(value, () => this.#items(value as PyValue[], items, place))
          : wrong;
      case 'tuple':
        return value instanceof PyTuple
          ? this.#within(value, () => this.#items(value.items, items, place))
          : wrong;
      case 'set':
      case 'frozenset':
        return value instanceof PySet && value.frozen === (tag === 'frozenset')
          ? this.#within(value, () => this.#unordered(value.items, items, place))
          : wrong;
      case 'slice':
      case 'range':
        return value instanceof PyRange && value.kind === tag
          ? this.#items([value.start, value.stop, value.step], items, place)
          : wrong;
      case 'class':
        return value instanceof PyClass && value.qualified === content ? undefined : wrong;
      case 'opaque':
        return value instanceof PyObject ? undefined : wrong;
      case 'array':
        return value instanceof NdArray
          ? this.#within(value, () => this.#array(value, content as TaggedArray, place))
          : wrong;
      case 'scalar':
        return this.#scalar(value, content as TaggedArray, place);
      case 'cycle':
        return this.#above.at(-(content as number)) === value ? undefined : wrong;
      default:
        throw new Error(`the manifest has an unknown tag ${tag}`);
    }
  }

  #within(container: PyValue, work: () => string | undefined): string | undefined {
    this.#above.push(container);
    try {
      return work();
    } finally {
      this.#above.pop();
    }
  }

  #items(values: readonly PyValue[], expected: readonly Tagged[], place: string): string | undefined {
    if (values.length !== expected.length)
      return `${place}: ${values.length} items, expected ${expected.length}`;
    for (const [at, one] of expected.entries()) {
      const found = this.compare(values[at] as PyValue, one, `${place}[${at}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #unordered(values: readonly PyValue[], expected: readonly Tagged[], place: string): string | undefined {
    if (values.length !== expected.length)
      return `${place}: ${values.length} items, expected ${expected.length}`;
    for (const one of expected)
      if (!values.some(value => this.compare(value, one, place) === undefined))
        return `${place}: no item is ${JSON.stringify(one)}`;
    return undefined;
  }

  #dict(value: PyValue, expected: { readonly [tag: string]: unknown }, place: string): string | undefined {
    if (!(value instanceof PyDict)) return `${place}: ${show(value)}, expected a dict`;
    if (value.cls?.qualified !== expected['class'])
      return `${place}: a ${value.cls?.qualified}, expected ${String(expected['class'])}`;
    const pairs = expected['dict'] as readonly (readonly [Tagged, Tagged])[];
    const entries = value.entries();
    if (entries.length !== pairs.length)
      return `${place}: ${entries.length} entries, expected ${pairs.length}`;
    // Python 2 has no order among keys that the file keeps, so each is looked for.
    for (const [key, item] of pairs) {
      const entry = entries.find(([one]) => this.compare(one, key, place) === undefined);
      if (entry === undefined) return `${place}: no key ${JSON.stringify(key)}`;
      const found = this.compare(entry[1], item, `${place}[${JSON.stringify(key)}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #object(value: PyValue, expected: { readonly [tag: string]: unknown }, place: string): string | undefined {
    if (!(value instanceof PyObject)) return `${place}: ${show(value)}, expected an object`;
    if (value.cls.qualified !== expected['object'])
      return `${place}: a ${value.cls.qualified}, expected ${String(expected['object'])}`;
    for (const [name, attribute] of Object.entries(
      expected['attributes'] as Readonly<Record<string, Tagged>>,
    )) {
      const found = value.attribute(name);
      if (found === undefined) return `${place}: no attribute ${name}`;
      const differs = this.compare(found, attribute, `${place}.${name}`);
      if (differs !== undefined) return differs;
    }
    return undefined;
  }

  #array(value: NdArray, expected: TaggedArray, place: string): string | undefined {
    if (value.shape.join() !== expected.shape.join())
      return `${place}: shape ${value.shape.join()}, expected ${expected.shape.join()}`;
    if (expected.fields !== undefined) return this.#records(value, expected, place);
    if (spelled(value.dtype) !== expected.dtype)
      return `${place}: dtype ${spelled(value.dtype)}, expected ${expected.dtype}`;
    return this.#elements(value, expected.dtype, expected.data ?? [], place);
  }

  #records(value: NdArray, expected: TaggedArray, place: string): string | undefined {
    const fields = value.dtype.fields.map(({ name, dtype, offset }) => {
      const { base, shape } = dtype.subarray ?? { base: dtype, shape: [] };
      return [name, spelled(base), offset, shape];
    });
    if (JSON.stringify(fields) !== JSON.stringify(expected.fields))
      return `${place}: fields ${JSON.stringify(fields)}, expected ${JSON.stringify(expected.fields)}`;
    for (const [name, dtype] of expected.fields ?? []) {
      const found = this.#elements(
        value.field(name),
        dtype,
        expected.columns?.[name] ?? [],
        `${place}.${name}`,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #elements(value: NdArray, dtype: string, data: readonly Element[], place: string): string | undefined {
    const values = value.values();
    if (values.length !== data.length) return `${place}: ${values.length} elements, expected ${data.length}`;
    for (const [at, one] of data.entries()) {
      const found = this.#element(values[at] as PyValue, dtype, one, `${place}[${at}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #element(value: PyValue, dtype: string, expected: Element, place: string): string | undefined {
    if (dtype === 'O') return this.compare(value, expected as Tagged, place);
    return sameElement(value, dtype[0] as string, expected)
      ? undefined
      : `${place}: ${show(value)}, expected ${JSON.stringify(expected)}`;
  }

  #scalar(value: PyValue, expected: TaggedArray, place: string): string | undefined {
    if (value instanceof NdArray) return this.#array(value, expected, place);
    return this.#element(value, expected.dtype, expected.data?.[0] ?? null, place);
  }
}

function sameElement(value: PyValue, kind: string, expected: Element): boolean {
  switch (kind) {
    case 'f':
      return Object.is(value, numberOf(expected));
    case 'c':
      return value instanceof PyComplex && samePair(value, expected as readonly unknown[]);
    case 'S':
      return value instanceof PyBytes && hex(value.data) === expected;
    case 'V':
      return value instanceof PyBytes && hex(value.data) === expected;
    case 'b':
    case 'U':
      return value === expected;
    default:
      return value === BigInt(expected as string | number);
  }
}

/** Kind and width without the byte order, as the manifest spells dtypes. */
function spelled(dtype: DType): string {
  return dtype.kind === 'O' ? 'O' : dtype.name.slice(1);
}

function numberOf(spelling: unknown): number {
  return typeof spelling === 'number' ? spelling : Number(spelling);
}

function samePair(value: PyComplex, [real, imaginary]: readonly unknown[]): boolean {
  return Object.is(value.real, numberOf(real)) && Object.is(value.imaginary, numberOf(imaginary));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  return typeof value === 'object' && value !== null ? value.constructor.name : String(value);
}
