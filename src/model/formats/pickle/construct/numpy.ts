import { cost } from '../machine/budget.ts';
import type { Machine } from '../machine/machine.ts';
import { asBytes, asShape, asText } from '../numpy/arguments.ts';
import { DType } from '../numpy/dtype.ts';
import { NdArray, sizeOf } from '../numpy/ndarray.ts';
import { PyClass, PyTuple, type PyValue } from '../values.ts';
import type { Constructor } from './index.ts';

/** `_reconstruct(subtype, (0,), b'b')`: an array whose state follows. */
function reconstruct([subtype]: readonly PyValue[], machine: Machine): NdArray | undefined {
  if (!(subtype instanceof PyClass)) return undefined;
  machine.spend(cost.array);
  const plain = subtype.name === 'ndarray' && subtype.module === 'numpy';
  return new NdArray(new DType('i', 1), [0], false, new Uint8Array(0), plain ? undefined : subtype);
}

/**
 * `numpy.dtype(spelling, align, copy)`; `numpy.dtype` of a scalar class is its name. The elements of a `recarray` are of
 * the class `numpy.record`: a record, to whose fields Python gives names of their own.
 */
function dtype([spelling]: readonly PyValue[], machine: Machine): DType | undefined {
  machine.spend(cost.array);
  const name = spelling instanceof PyClass ? spelling.name : asText(spelling);
  return name === undefined ? undefined : DType.spelled(name === 'record' ? 'V' : name);
}

/**
 * `scalar(dtype, bytes)`: the plain value where Python has one (a float32 becomes the float it equals); dates, void and
 * longdouble become arrays without dimensions.
 */
function scalar([kind, contents]: readonly PyValue[], machine: Machine): PyValue | undefined {
  if (!(kind instanceof DType)) return undefined;
  if (kind.kind === 'O') return contents;
  const bytes = asBytes(contents);
  if (bytes === undefined) return undefined;
  machine.around.budget.handOut(bytes.length);
  machine.spend(cost.array);
  const array = new NdArray(kind, [], false, bytes);
  const plain = 'biufcUS'.includes(kind.kind) && !(kind.kind === 'f' && kind.itemsize > 8);
  return plain ? array.values()[0] : array;
}

/**
 * `_frombuffer(buffer, dtype, shape, order[, axes])`: protocol 5 with the buffer in the file. Order K (NumPy 2) has the
 * bytes row-major in `shape`, and `axes` is the transposition that follows.
 */
function fromBuffer(
  [buffer, kind, dimensions, order, permutation]: readonly PyValue[],
  machine: Machine,
): NdArray | undefined {
  const bytes = asBytes(buffer);
  const shape = asShape(dimensions);
  if (bytes === undefined || shape === undefined || !(kind instanceof DType)) return undefined;
  machine.around.budget.handOut(bytes.length);
  machine.spend(cost.array);
  const array = new NdArray(
    kind,
    shape,
    asText(order) === 'F',
    bytes.subarray(0, sizeOf(shape) * kind.itemsize),
  );
  const axes = asText(order) === 'K' && permutation instanceof PyTuple ? asShape(permutation) : undefined;
  if (axes === undefined) return array;
  machine.around.budget.handOut(bytes.length);
  machine.spend(16 * array.size);
  return array.transposed(axes);
}

/** `dill._dill._create_array(maker, args, state, attributes)`: dill's container around an array. */
function dillArray([maker, args, state]: readonly PyValue[], machine: Machine): PyValue | undefined {
  if (!(maker instanceof PyClass) || maker.name !== '_reconstruct') return undefined;
  const array = args instanceof PyTuple ? reconstruct(args.items, machine) : undefined;
  if (array === undefined || state === undefined) return undefined;
  array.setState(state, machine.around.budget);
  return array;
}

export const numpyConstructors: Readonly<Record<string, Constructor>> = {
  'numpy._core.multiarray._reconstruct': reconstruct,
  'numpy._core._multiarray_umath._reconstruct': reconstruct,
  'numpy._core.multiarray.scalar': scalar,
  'numpy._core._multiarray_umath.scalar': scalar,
  'numpy._core.numeric._frombuffer': fromBuffer,
  'numpy.dtype': dtype,
  'dill._dill._create_array': dillArray,
  'dill.dill._create_array': dillArray,
};
