/**
 * Passes over the numbers of a block, in WebAssembly: two numbers an instruction, where JavaScript takes one. Each is made when
 * there are first enough numbers, and gives the bits that the loop in JavaScript gives.
 */
import {
  absoluteTwo,
  add,
  addTwo,
  advance,
  allBits,
  atMostTwo,
  bothBits,
  bothOf,
  constant,
  divideTwo,
  get,
  loadTwo,
  moduleOf,
  multiplyTwo,
  orLarger,
  set,
  storeTwo,
  subtractTwo,
  untilZero,
  zeros,
  type Code,
} from '../wasm/assembler.ts';
import { instanceOn } from '../wasm/instance.ts';

/** Numbers of a vector, and vectors between two looks at the counter. */
const lanes = 2;
const unrolled = 4;
const step = lanes * unrolled;
const stepBytes = step * 8;

/** Fewer numbers are passed over sooner in JavaScript. */
const fewest = 256;

const eachVector = (code: (at: number) => Code): Code =>
  Array.from({ length: unrolled }, (_, at) => code(at)).flat();

/** Makes something when it is first asked for. */
function late<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** All bits at address 0 unless a number is NaN or beyond the largest. Locals: x, times; a sum and three more vectors. */
function checkModule(largest: number): () => Uint8Array<ArrayBuffer> {
  const [x, times, sum] = [0, 1, 2];
  return () =>
    moduleOf(
      2,
      0,
      [
        ...set(sum, allBits),
        ...untilZero(times, [
          ...eachVector(at =>
            set(sum, bothBits(get(sum), atMostTwo(absoluteTwo(loadTwo(get(x), 16 * at)), bothOf(largest)))),
          ),
          ...advance(x, stepBytes),
          ...advance(times, -1),
        ]),
        ...storeTwo(constant(0), get(sum)),
      ],
      1,
    );
}

const checkModules = new Map<number, () => Uint8Array<ArrayBuffer>>();

function checkModuleOf(largest: number): () => Uint8Array<ArrayBuffer> {
  const known = checkModules.get(largest) ?? checkModule(largest);
  checkModules.set(largest, known);
  return known;
}

/** How many numbers, from the first on, are known to be neither NaN nor beyond the largest. */
export type Check = (count: number) => number;

export function checkOf(x: Float64Array, largest: number): Check {
  const made = late(() => {
    const instance = instanceOn([x], checkModuleOf(largest));
    return instance && { ...instance, told: new Int32Array(instance.buffer, 0, 4) };
  });
  return count => {
    if (count < fewest) return 0;
    const instance = made();
    if (instance === undefined) return 0;
    instance.run(x.byteOffset, Math.floor(count / step));
    return instance.told.every(word => word === -1) ? count - (count % step) : 0;
  };
}

/** max(x, 0): 0 is added since of -0 and 0 either may be the larger. Locals: x, y, times. */
function positiveModule(): Uint8Array<ArrayBuffer> {
  const [x, y, times] = [0, 1, 2];
  return moduleOf(
    3,
    0,
    untilZero(times, [
      ...eachVector(at =>
        storeTwo(get(y), addTwo(orLarger(loadTwo(get(x), 16 * at), zeros), zeros), 16 * at),
      ),
      ...advance(x, stepBytes),
      ...advance(y, stepBytes),
      ...advance(times, -1),
    ]),
  );
}

/** Writes the first numbers of `y`, and tells how many. */
export type Pass = (count: number) => number;

export function positivePartsOf(x: Float64Array, y: Float64Array): Pass {
  const made = late(() => instanceOn([x, y], positiveModule));
  return count => {
    const instance = count < fewest ? undefined : made();
    if (instance === undefined) return 0;
    instance.run(x.byteOffset, y.byteOffset, Math.floor(count / step));
    return count - (count % step);
  };
}

const operations = { add: addTwo, subtract: subtractTwo, multiply: multiplyTwo, divide: divideTwo };

/** Locals: x, y, the start of the operand, its steps, times; what is left of a time, and where the operand is read. */
function operandModule(operation: keyof typeof operations): () => Uint8Array<ArrayBuffer> {
  const [x, y, operand, steps, times, left, at] = [0, 1, 2, 3, 4, 5, 6];
  const compute = operations[operation];
  return () =>
    moduleOf(
      5,
      2,
      untilZero(times, [
        ...set(left, get(steps)),
        ...set(at, get(operand)),
        ...untilZero(left, [
          ...eachVector(vector =>
            storeTwo(
              get(y),
              compute(loadTwo(get(x), 16 * vector), loadTwo(get(at), 16 * vector, 1)),
              16 * vector,
            ),
          ),
          ...[x, y, at].flatMap(local => set(local, add(get(local), constant(stepBytes)))),
          ...advance(left, -1),
        ]),
        ...advance(times, -1),
      ]),
      0,
      2,
    );
}

const operandModules = {
  add: operandModule('add'),
  subtract: operandModule('subtract'),
  multiply: operandModule('multiply'),
  divide: operandModule('divide'),
};

/** Numbers of an operand that is repeated until it has whole steps: a few at least, and no more than stay in the cache. */
const fewestRepeated = 64;
const mostRepeated = 4096;

function periodOf(width: number): number {
  let period = width;
  while (period % step !== 0) period += period;
  return Math.ceil(fewestRepeated / period) * period;
}

/** Each column with its own number of the operand: `x operation operand`. */
export function operandPassOf(
  x: Float64Array,
  y: Float64Array,
  operation: keyof typeof operations,
  operand: Float64Array,
): Pass {
  const period = periodOf(operand.length);
  const made = late(() => {
    if (period > mostRepeated) return undefined;
    const instance = instanceOn([x, y], operandModules[operation], period * 8);
    const repeated = instance && new Float64Array(instance.buffer, 0, period);
    for (let at = 0; at < period; at += operand.length) repeated?.set(operand, at);
    return instance;
  });
  return count => {
    const times = count < fewest ? 0 : Math.floor(count / period);
    const instance = times === 0 ? undefined : made();
    if (instance === undefined) return 0;
    instance.run(x.byteOffset, y.byteOffset, 0, period / step, times);
    return times * period;
  };
}
