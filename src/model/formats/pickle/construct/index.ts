import type { Machine } from '../machine/machine.ts';
import type { PyClass, PyValue } from '../values.ts';
import { builtinConstructors } from './builtins.ts';
import { copyregConstructors } from './copyreg.ts';
import { numpyConstructors } from './numpy.ts';

/**
 * Makes the value that a call in Python would give; undefined when the arguments are not those it is known with, and
 * the call then stays symbolic.
 */
export type Constructor = (args: readonly PyValue[], machine: Machine) => PyValue | undefined;

/** The only callables that are more than a name: pure makers of plain data. Keys as {@link canonical} spells them. */
export const constructors: ReadonlyMap<string, Constructor> = new Map(
  Object.entries({ ...builtinConstructors, ...copyregConstructors, ...numpyConstructors }),
);

/** One spelling for the modules that Python 3 and NumPy 2 renamed. */
export function canonical(cls: PyClass): string {
  const { module } = cls;
  if (module.startsWith('numpy.core.')) return `numpy._core.${module.slice(11)}.${cls.name}`;
  if (module === '__builtin__') return `builtins.${cls.name}`;
  if (module === 'copy_reg') return `copyreg.${cls.name}`;
  return `${module}.${cls.name}`;
}
