import { Fault, malformed } from '../errors.ts';
import { DType } from '../numpy/dtype.ts';
import { NdArray } from '../numpy/ndarray.ts';
import { PyClass, PyDict, PyObject, PySet, type PyValue } from '../values.ts';
import { cost } from './budget.ts';
import type { Machine, Step } from './machine.ts';
import { utf8 } from './text.ts';

/** Old pickles spell a class out before each of its instances, so mostly it is the one before. */
function globalFromLines(machine: Machine): PyClass {
  const { cursor } = machine;
  const repeated = machine.spelled;
  if (repeated !== undefined && cursor.repeats(repeated.start, repeated.end)) return repeated.cls;
  const start = cursor.position;
  const module = utf8(cursor.line());
  const cls = machine.classNamed(module, utf8(cursor.line()));
  machine.spelled = { start, end: cursor.position, cls };
  return cls;
}

function globalFromStack(machine: Machine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof name !== 'string' || typeof module !== 'string')
    throw malformed('a class must be named by two strings');
  machine.push(machine.classNamed(module, name));
}

function reduce(machine: Machine): void {
  const args = machine.popTuple('the arguments of a call');
  machine.push(machine.call(machine.pop(), args, 'reduce'));
}

function newObject(machine: Machine): void {
  const args = machine.popTuple('the arguments of a constructor');
  machine.push(machine.create(machine.pop(), args));
}

function newObjectWithKeywords(machine: Machine): void {
  const kwargs = machine.pop();
  const args = machine.popTuple('the arguments of a constructor');
  if (!(kwargs instanceof PyDict)) throw malformed('keyword arguments must be a dict');
  machine.push(machine.create(machine.pop(), args, kwargs));
}

function oldInstance(machine: Machine): void {
  const cls = globalFromLines(machine);
  machine.push(machine.call(cls, machine.popMark(), 'inst'));
}

function oldObject(machine: Machine): void {
  const [cls, ...args] = machine.popMark();
  if (!(cls instanceof PyClass)) throw malformed('what is instantiated is not a class');
  machine.spend(cost.element * args.length);
  machine.push(machine.call(cls, args, 'inst'));
}

function build(machine: Machine): void {
  const state = machine.pop();
  const target = machine.top();
  if (target instanceof PyObject) setState(machine, target, state);
  else if (target instanceof NdArray) target.setState(state, machine.around.budget);
  else if (target instanceof DType) target.setState(state, machine.around.budget);
  // Attributes of instances of subclasses of the built-in containers say nothing about their contents.
  else if (!(target instanceof PyDict) && !(target instanceof PySet))
    throw malformed('a state is given to what has none');
  const { afterBuild } = machine.around;
  if (afterBuild !== undefined) machine.replaceTop(afterBuild(target, machine));
}

/** A second dict is merged into the first, as `__dict__.update` does; the first may be shared, so it is copied. */
function setState(machine: Machine, target: PyObject, state: PyValue): void {
  if (!(target.state instanceof PyDict) || !(state instanceof PyDict)) {
    target.state = state;
    return;
  }
  const merged = new PyDict();
  // A merge takes the time of copying, which the memory of what it leaves would not bound.
  machine.spend(cost.dict + 8 * cost.element * (target.state.size + state.size));
  merged.add(target.state.flat());
  merged.add(state.flat());
  target.state = merged;
}

function refuse(
  code: 'pickle-persistent-id' | 'pickle-extension' | 'pickle-out-of-band',
  message: string,
): Step {
  return () => {
    throw new Fault(code, message);
  };
}

const persistent = refuse(
  'pickle-persistent-id',
  'an object is kept outside the file under a persistent id, which only its writer can resolve',
);
const extension = refuse(
  'pickle-extension',
  "a class is named by a number of its writer's extension registry, expected its module and name",
);
const outOfBand = refuse(
  'pickle-out-of-band',
  'the contents of an array are kept in a buffer outside the file (protocol 5, out-of-band), expected inside',
);

/** Classes, and the objects made of them. */
export const objectSteps = {
  GLOBAL: m => m.push(globalFromLines(m)),
  STACK_GLOBAL: globalFromStack,
  REDUCE: reduce,
  NEWOBJ: newObject,
  NEWOBJ_EX: newObjectWithKeywords,
  INST: oldInstance,
  OBJ: oldObject,
  BUILD: build,
  PERSID: persistent,
  BINPERSID: persistent,
  EXT1: extension,
  EXT2: extension,
  EXT4: extension,
  NEXT_BUFFER: outOfBand,
  READONLY_BUFFER: outOfBand,
} satisfies Record<string, Step>;
