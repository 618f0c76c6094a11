import { Fault, malformed } from '../errors.ts';
import { latin1 } from '../machine/text.ts';
import { DType } from '../numpy/dtype.ts';
import { NdArray, sizeOf } from '../numpy/ndarray.ts';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Reads the pickle of an array of objects that starts at a byte of the contents. */
export type ReadObjects = (contents: Uint8Array, at: number) => NdArray;

/**
 * An array in NumPy's own file format, versions 1 to 3, with plain dtypes.
 * Source: `numpy/lib/format.py`.
 * @throws Fault `pickle-malformed`, `pickle-truncated`
 */
export function parseNpy(bytes: Uint8Array, objects: ReadObjects): NdArray {
  if (!magic.every((byte, at) => bytes[at] === byte)) throw malformed('a companion is not in the format of NumPy');
  const wide = (bytes[6] ?? 1) >= 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) throw new Fault('pickle-truncated', 'a companion ends within its header');
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) throw new Fault('pickle-truncated', 'a companion ends within its header');
  const { dtype, shape, fortranOrder } = parseHeader(latin1(bytes.subarray(start, end)));
  if (dtype.hasObjects) return objects(bytes, end);
  const contents = bytes.subarray(end, end + sizeOf(shape) * dtype.itemsize);
  return new NdArray(dtype, shape, fortranOrder, contents);
}

interface Header {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
}

/** A Python literal such as `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`. */
function parseHeader(text: string): Header {
  const descr = /'descr':\s*'([^']{1,32})'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d, L]*)\)/.exec(text)?.[1];
  const dtype = descr === undefined ? recordDType(text) : DType.spelled(descr);
  if (dtype === undefined || order === undefined || shape === undefined)
    throw malformed(`the header of a companion has another form: ${JSON.stringify(text.slice(0, 120))}`);
  return { dtype, shape: (shape.match(/\d+/g) ?? []).map(Number), fortranOrder: order === 'True' };
}

/** Fields without padding: `[('left_child', '<i8'), ('threshold', '<f8')]`. */
function recordDType(text: string): DType | undefined {
  const list = /'descr':\s*\[((?:\s*\('[^']*',\s*'[^']*'\),?)+)\s*\]/.exec(text)?.[1];
  if (list === undefined || text.length > 65_536) return undefined;
  const fields = Array.from(list.matchAll(/\('([^']*)',\s*'([^']*)'\)/g), ([, name, descr]) => ({
    name: name as string,
    dtype: DType.spelled(descr as string),
  }));
  if (fields.some(field => field.dtype === undefined)) return undefined;
  return DType.packed(fields as { name: string; dtype: DType }[]);
}
