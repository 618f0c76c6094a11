import type { Datatype, NamedTensor } from '../../src/tensor/index.ts';

/** A number of the body with its text, since JSON.parse alone loses integers beyond 2^53. */
class Written {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWith = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** The body by JSON.parse, each number as its text; throws when it is not JSON. */
export function parsed(body: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  return parseWith(text, (_key, value, { source }) =>
    typeof value === 'number' ? new Written(source ?? String(value)) : value,
  );
}

const arrays = {
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const;

function numberOf(element: unknown): number {
  if (element === null) return NaN;
  if (element instanceof Written) return Number(element.text);
  throw new TypeError('not a number');
}

function longOf(element: unknown): bigint {
  if (element instanceof Written) return BigInt(element.text);
  throw new TypeError('not an integer');
}

function dataOf(datatype: Datatype, elements: readonly unknown[]): NamedTensor['data'] {
  if (datatype === 'INT64') return BigInt64Array.from(elements, longOf);
  if (datatype === 'UINT64') return BigUint64Array.from(elements, longOf);
  if (datatype === 'BYTES') return elements as readonly string[];
  if (datatype === 'BOOL') return Uint8Array.from(elements, element => (element === true ? 1 : 0));
  if (datatype === 'FP16' || datatype === 'BF16') throw new TypeError('not JSON');
  return new arrays[datatype](elements.map(numberOf));
}

/** The inputs of a V2 request, read the slow and obvious way. Believes that the request is well-formed. */
export function referenceInputs(body: Uint8Array): readonly NamedTensor[] {
  const { inputs } = parsed(body) as { readonly inputs: readonly Record<string, unknown>[] };
  return inputs.map(({ name, shape, datatype, data }) => ({
    name: name as string,
    datatype: datatype as Datatype,
    shape: (shape as readonly Written[]).map(dimension => Number(dimension.text)),
    data: dataOf(datatype as Datatype, (data as readonly unknown[]).flat(Infinity)),
  }));
}
