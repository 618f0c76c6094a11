import { parseQuantity, quantityFault } from '../../meta/index.ts';
import { type Fields, fieldsOf, itemsOf } from '../untyped.ts';
import { type Fault, firstFault } from '../webhooks.ts';
import { frameworkContainer, type Part, parts } from './implementations.ts';

/** Numbers of a component, in the order of their names, with the type that KServe reads them as. */
const numbers: readonly (readonly [name: string, type: 'int32' | 'int64'])[] = [
  ['canaryTrafficPercent', 'int64'],
  ['containerConcurrency', 'int64'],
  ['maxReplicas', 'int32'],
  ['minReplicas', 'int32'],
  ['scaleTarget', 'int32'],
  ['timeout', 'int64'],
];
const limits = { int32: 2 ** 31, int64: 2 ** 63 };
const structs: Readonly<Record<Part, string>> = {
  explainer: 'ExplainerSpec',
  predictor: 'PredictorSpec',
  transformer: 'TransformerSpec',
};

/**
 * What KServe's webhook cannot read, in the words of Go's decoder: it sees an object before the schema does. Numbers of components
 * and quantities of containers are looked at; every other wrong type is the schema's to refuse.
 */
export function typeFault(spec: Fields): Fault {
  return firstFault(
    [...parts].sort().flatMap(part => {
      const component = fieldsOf(spec[part]);
      if (component === undefined) return [];
      return [() => numberFault(part, component), () => amountFault(component)];
    }),
  );
}

function numberFault(part: Part, component: Fields): Fault {
  for (const [name, type] of numbers) {
    const value = component[name] ?? undefined;
    if (value === undefined || isNumber(value, type)) continue;
    const field = `${structs[part]}.spec.${part}.ComponentExtensionSpec.${name}`;
    return `json: cannot unmarshal ${goKind(value)} into Go struct field ${field} of type ${type}`;
  }
  return undefined;
}

function isNumber(value: unknown, type: 'int32' | 'int64'): boolean {
  return (
    typeof value === 'number' && Number.isInteger(value) && value >= -limits[type] && value < limits[type]
  );
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return `number ${value}`;
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function amountFault(component: Fields): Fault {
  const framework = frameworkContainer(component) ?? fieldsOf(component['art']);
  const containers = [...itemsOf(component['containers']), ...(framework === undefined ? [] : [framework])];
  const resources = containers.map(one => fieldsOf(one['resources']) ?? {});
  const amounts = resources.flatMap(one =>
    ['limits', 'requests'].flatMap(key => Object.values(fieldsOf(one[key]) ?? {})),
  );
  const isWrong = (amount: unknown): boolean =>
    typeof amount === 'string' && amount.trim() !== '' && parseQuantity(amount.trim()) === undefined;
  return amounts.some(isWrong) ? quantityFault : undefined;
}
