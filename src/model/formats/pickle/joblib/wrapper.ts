import { malformed, pickleErrors } from '../errors.ts';
import { cost } from '../machine/budget.ts';
import { Machine } from '../machine/machine.ts';
import { asCount, asShape, asText } from '../numpy/arguments.ts';
import { DType } from '../numpy/dtype.ts';
import { NdArray, sizeOf } from '../numpy/ndarray.ts';
import { PyClass, PyObject, PyTuple, type PyValue } from '../values.ts';
import { parseNpy } from './npy.ts';
import type { ReadCompanion } from './companions.ts';

/** joblib's own module, also as scikit-learn before 0.23 carried it. */
const joblibModule = /(^|\.)joblib\.numpy_pickle(_compat)?$/;

/**
 * Puts arrays in the place of joblib's wrappers as soon as BUILD has completed them, which is when their bytes follow in
 * the file. After joblib's `numpy_pickle.py` (`NumpyArrayWrapper`) and `numpy_pickle_compat.py`.
 */
export class JoblibArrays {
  readonly #companion: ReadCompanion;
  /** Whether any wrapper was met: the file is joblib's and not plain pickle's. */
  met = false;

  constructor(companion: ReadCompanion) {
    this.#companion = companion;
  }

  readonly afterBuild = (built: PyValue, machine: Machine): PyValue => {
    if (!(built instanceof PyObject) || !joblibModule.test(built.cls.module)) return built;
    switch (built.cls.name) {
      case 'NumpyArrayWrapper':
        this.met = true;
        return inline(built, machine);
      case 'NDArrayWrapper':
        this.met = true;
        return this.#beside(built, machine);
      case 'ZNDArrayWrapper':
        this.met = true;
        return this.#besideCompressed(built, machine);
      default:
        return built;
    }
  };

  #beside(wrapper: PyObject, machine: Machine): NdArray {
    const bytes = this.#companion(companionName(wrapper), 'npy');
    machine.around.budget.handOut(bytes.length);
    return parseNpy(bytes, (contents, at) => nestedArray(machine, contents, at));
  }

  #besideCompressed(wrapper: PyObject, machine: Machine): NdArray {
    const state = wrapper.attribute('state');
    const init = wrapper.attribute('init_args');
    const [subtype] = init instanceof PyTuple ? init.items : [];
    if (!(state instanceof PyTuple))
      throw malformed('an array kept in another file has a state of another form');
    const [dimensions, dtype, fortran] = state.items.slice(-3);
    const shape = asShape(dimensions);
    if (!(dtype instanceof DType) || shape === undefined)
      throw malformed('an array kept in another file has a state of another form');
    const bytes = this.#companion(companionName(wrapper), 'z');
    machine.around.budget.handOut(bytes.length);
    return new NdArray(dtype, shape, fortran === true || fortran === 1n, bytes, subclass(subtype));
  }
}

function companionName(wrapper: PyObject): string {
  const name = asText(wrapper.attribute('filename'));
  if (name === undefined) throw malformed('an array kept in another file names no file');
  return name;
}

function subclass(cls: PyValue | undefined): PyClass | undefined {
  return cls instanceof PyClass && cls.name !== 'ndarray' && cls.name !== 'memmap' ? cls : undefined;
}

/** The array whose bytes follow the wrapper, behind padding since joblib 1.2. */
function inline(wrapper: PyObject, machine: Machine): PyValue {
  const dtype = wrapper.attribute('dtype');
  const shape = asShape(wrapper.attribute('shape'));
  const order = asText(wrapper.attribute('order'));
  if (!(dtype instanceof DType) || shape === undefined)
    throw malformed('a NumpyArrayWrapper says neither shape nor dtype');
  machine.spend(cost.array);
  const { cursor } = machine;
  if (dtype.hasObjects) {
    const array = nestedArray(machine, cursor.bytes, cursor.position);
    return array;
  }
  if (asCount(wrapper.attribute('numpy_array_alignment_bytes')) !== undefined) cursor.take(cursor.u1());
  const bytes = cursor.take(sizeOf(shape) * dtype.itemsize);
  machine.around.budget.handOut(bytes.length);
  return new NdArray(dtype, shape, order === 'F', bytes, subclass(wrapper.attribute('subclass')));
}

/** Arrays of objects stand as a whole pickle of their own, with its own memo, in which no wrappers are replaced. */
function nestedArray(machine: Machine, bytes: Uint8Array, at: number): NdArray {
  const where = `${machine.around.where}, in the pickle of an array of objects that starts at byte ${at}`;
  const nested = new Machine(bytes, at, { ...machine.around, afterBuild: undefined, where });
  const array = nested.run();
  if (bytes === machine.cursor.bytes) machine.cursor.position = nested.cursor.position;
  if (array instanceof NdArray) return array;
  throw pickleErrors.make['pickle-malformed'](
    `an array of objects was expected, the pickle that starts at byte ${at} holds something else${machine.around.where}`,
  );
}
