import { malformed } from '../errors.ts';
import { PyClass } from '../values.ts';
import { type Budget, cost } from './budget.ts';

/** Far beyond any real name; keeps a memoized giant string from being joined and hashed again and again. */
const longestName = 2048;

/** Every class and function that a file names, once each, so that equal names are the same object. */
export class Classes {
  readonly #known = new Map<string, PyClass>();

  named(module: string, name: string, budget: Budget): PyClass {
    if (module.length > longestName || name.length > longestName)
      throw malformed(`the name of a class has ${Math.max(module.length, name.length)} characters`);
    const key = `${module}\n${name}`;
    let cls = this.#known.get(key);
    if (cls === undefined) {
      budget.spend(cost.object + 2 * key.length);
      cls = new PyClass(module, name);
      this.#known.set(key, cls);
    }
    return cls;
  }

  /** In the order of their first appearance. */
  list(): PyClass[] {
    return [...this.#known.values()];
  }
}
