import { canonical, constructors } from '../construct/index.ts';
import { malformed } from '../errors.ts';
import { PyClass, type PyDict, PyObject, type PyValue, type Via } from '../values.ts';
import { cost } from './budget.ts';
import type { Machine } from './machine.ts';

/** What calling `callee` would give: a value for the constructors known to be harmless, a symbolic object for others. */
export function call(machine: Machine, callee: PyValue, args: readonly PyValue[], via: Via): PyValue {
  machine.spend(cost.object);
  if (callee instanceof PyClass)
    return constructors.get(canonical(callee))?.(args, machine) ?? new PyObject(callee, via, args);
  if (!(callee instanceof PyObject)) throw malformed('what is called is not a class or a function');
  machine.spend(cost.element * args.length);
  return new PyObject(callee.cls, 'call', [callee, ...args]);
}

/** `cls.__new__(cls, *args, **kwargs)`; the built-in containers come this way too when protocol 2 writes them. */
export function create(
  machine: Machine,
  cls: PyValue,
  args: readonly PyValue[],
  kwargs: PyDict | undefined,
): PyValue {
  if (!(cls instanceof PyClass)) throw malformed('what is instantiated is not a class');
  if (kwargs === undefined || kwargs.size === 0) return call(machine, cls, args, 'newobj');
  machine.spend(cost.object);
  return new PyObject(cls, 'newobj', args, kwargs);
}
