import { Fault, malformed } from '../errors.ts';
import { latin1 } from '../machine/text.ts';
import { DType } from '../numpy/dtype.ts';
import { NdArray, sizeOf } from '../numpy/ndarray.ts';
import { PyTuple } from '../values.ts';
import { type Literal, parseLiteral } from './literal.ts';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Real headers have a hundred bytes, with many fields some thousands. */
const longestHeader = 65_536;

/** Reads the pickle of an array of objects that starts at a byte of the contents. */
export type ReadObjects = (contents: Uint8Array, at: number) => NdArray;

/**
 * An array in NumPy's own file format, versions 1 to 3.
 * Source: `numpy/lib/format.py`.
 * @throws Fault `pickle-malformed`, `pickle-truncated`
 */
export function parseNpy(bytes: Uint8Array, objects: ReadObjects): NdArray {
  if (!magic.every((byte, at) => bytes[at] === byte))
    throw malformed('a companion is not in the format of NumPy');
  if (bytes.length < 12) throw new Fault('pickle-truncated', 'a companion ends within its header');
  const wide = (bytes[6] as number) >= 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) throw new Fault('pickle-truncated', 'a companion ends within its header');
  if (end > longestHeader) throw malformed(`the header of a companion has ${end} bytes`);
  const { dtype, shape, fortranOrder } = parseHeader(latin1(bytes.subarray(start, end)));
  if (dtype.hasObjects) return objects(bytes, end);
  const length = sizeOf(shape) * dtype.itemsize;
  if (length > bytes.length - end)
    throw new Fault(
      'pickle-truncated',
      `a companion announces ${length} bytes, ${bytes.length - end} are there`,
    );
  return new NdArray(dtype, shape, fortranOrder, bytes.subarray(end, end + length));
}

interface Header {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
}

/** `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }` */
function parseHeader(text: string): Header {
  const header = parseLiteral(text);
  const [descr, order, shape] =
    header instanceof Map ? ['descr', 'fortran_order', 'shape'].map(key => header.get(key)) : [];
  const dtype = dtypeOf(descr);
  const counts = countsOf(shape);
  if (dtype === undefined || counts === undefined || typeof order !== 'boolean')
    throw malformed(`the header of a companion has another form: ${JSON.stringify(text.slice(0, 120))}`);
  return { dtype, shape: counts, fortranOrder: order };
}

function countsOf(shape: Literal | undefined): readonly number[] | undefined {
  const items: readonly unknown[] = shape instanceof PyTuple ? shape.items : [shape];
  return items.every(item => typeof item === 'number') ? items : undefined;
}

/** A spelling, a list of fields, or a pair (dtype, shape). */
function dtypeOf(descr: Literal | undefined): DType | undefined {
  if (typeof descr === 'string') return DType.spelled(descr);
  if (Array.isArray(descr)) return record(descr);
  if (!(descr instanceof PyTuple) || descr.items.length !== 2) return undefined;
  return withShape(dtypeOf(descr.items[0] as Literal), descr.items[1] as Literal);
}

/** Fields one after another; padding stands as a field without a name. */
function record(fields: readonly Literal[]): DType | undefined {
  const parts: { name: string; dtype: DType }[] = [];
  for (const field of fields) {
    const [name, descr, shape] = field instanceof PyTuple ? (field.items as readonly Literal[]) : [];
    const base = dtypeOf(descr);
    const dtype = shape === undefined ? base : withShape(base, shape);
    if (dtype === undefined || typeof name !== 'string') return undefined;
    parts.push({ name, dtype });
  }
  return DType.packed(parts);
}

function withShape(base: DType | undefined, shape: Literal): DType | undefined {
  const counts = countsOf(shape);
  return base && counts && DType.repeated(base, counts);
}
