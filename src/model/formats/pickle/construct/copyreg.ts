import { cost } from '../machine/budget.ts';
import type { Machine } from '../machine/machine.ts';
import { PyClass, PyDict, PyObject, PyTuple, type PyValue } from '../values.ts';
import type { Constructor } from './index.ts';

/** `copyreg.__newobj__(cls, *args)`: protocols 0 and 1's way to say NEWOBJ. */
function newObject([cls, ...args]: readonly PyValue[], machine: Machine): PyValue | undefined {
  machine.spend(cost.element * args.length);
  // A chain of these naming each other would recurse.
  if (!(cls instanceof PyClass) || cls.name === '__newobj__') return undefined;
  return machine.create(cls, args);
}

/** `copyreg.__newobj_ex__(cls, args, kwargs)` */
function newObjectWithKeywords(
  [cls, args, kwargs]: readonly PyValue[],
  machine: Machine,
): PyValue | undefined {
  if (!(cls instanceof PyClass) || !(args instanceof PyTuple) || !(kwargs instanceof PyDict))
    return undefined;
  if (cls.name === '__newobj_ex__') return undefined;
  return machine.create(cls, args.items, kwargs);
}

/**
 * `copyreg._reconstructor(cls, base, base_state)`: an instance of `cls` whose built-in base, if it has one beside
 * object, was `base(base_state)`. The base's contents become the object's items, or its argument.
 */
function reconstruct([cls, base, baseState]: readonly PyValue[], machine: Machine): PyValue | undefined {
  if (!(cls instanceof PyClass) || !(base instanceof PyClass)) return undefined;
  machine.spend(cost.object);
  if (base.name === 'object') return new PyObject(cls, 'newobj', []);
  const made = new PyObject(cls, 'newobj', [baseState ?? null]);
  if (Array.isArray(baseState)) {
    machine.spend(cost.element * baseState.length);
    made.listItems = [...(baseState as PyValue[])];
  }
  if (baseState instanceof PyDict) made.dictItems = baseState;
  return made;
}

/** `dill._dill._load_type(name)`: a built-in type by name. */
function loadType([name]: readonly PyValue[], machine: Machine): PyValue | undefined {
  return typeof name === 'string' ? machine.classNamed('builtins', name) : undefined;
}

/** `dill._dill._get_attr(dill._dill._import_module(module), name)`: what a module calls so. */
function moduleMember([module, name]: readonly PyValue[], machine: Machine): PyValue | undefined {
  const imported =
    module instanceof PyObject && module.cls.name === '_import_module' ? module.args[0] : module;
  return typeof imported === 'string' && typeof name === 'string'
    ? machine.classNamed(imported, name)
    : undefined;
}

/**
 * `dill._dill._create_type(type, name, bases, attributes)` and cloudpickle's like: a class that stands in the file itself.
 * Its name is all that is kept of it.
 */
function writtenClass([, name, , attributes]: readonly PyValue[], machine: Machine): PyValue | undefined {
  if (typeof name !== 'string' || !(attributes instanceof PyDict)) return undefined;
  const module = attributes.get('__module__');
  return machine.classNamed(typeof module === 'string' ? module : '__main__', name);
}

export const copyregConstructors: Readonly<Record<string, Constructor>> = {
  'copyreg.__newobj__': newObject,
  'copyreg.__newobj_ex__': newObjectWithKeywords,
  'copyreg._reconstructor': reconstruct,
  'dill._dill._load_type': loadType,
  'dill.dill._load_type': loadType,
  'dill._dill._get_attr': moduleMember,
  'dill.dill._get_attr': moduleMember,
  'dill._dill._create_type': writtenClass,
  'dill.dill._create_type': writtenClass,
  'cloudpickle.cloudpickle._make_skeleton_class': writtenClass,
};
