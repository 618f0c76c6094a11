import { PyClass, PyDict, PyObject, type PyValue } from '../pickle/index.ts';
import { itemsOf, numberOf } from './python.ts';

/** Functions of NumPy and SciPy that `map` computes, by their names there where those are others. */
const spelled: Readonly<Record<string, string>> = {
  absolute: 'abs',
  fabs: 'abs',
  negative: 'negate',
  deg2rad: 'radians',
  rad2deg: 'degrees',
  expit: 'sigmoid',
  round: 'rint',
  round_: 'rint',
  around: 'rint',
};

const known = new Set(
  [
    'abs arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil cos cosh degrees exp exp2 expm1 floor log log10 log1p',
    'log2 logit negate radians reciprocal rint sigmoid sign sin sinh sqrt square tan tanh trunc',
  ].flatMap(names => names.split(' ')),
);

function nameOf(value: PyValue | undefined): readonly [module: string, name: string] | undefined {
  if (value instanceof PyClass) return [value.module, value.name];
  if (!(value instanceof PyObject)) return undefined;
  const [holder, name] = value.args;
  if (typeof name !== 'string') return undefined;
  if (value.cls.name === '_ufunc_reconstruct') return typeof holder === 'string' ? [holder, name] : undefined;
  // A method, as protocols before 4 write it.
  return value.cls.name === 'getattr' && holder instanceof PyClass
    ? [holder.module, `${holder.name}.${name}`]
    : undefined;
}

/** A callable, and what it is called with besides the rows. */
export interface Call {
  readonly callable: PyValue;
  readonly given: readonly (readonly [name: PyValue, value: PyValue])[];
}

/** What a `functools.partial` calls with which arguments by name; undefined for one that has others. */
export function callOf(value: PyValue): Call | undefined {
  if (!(value instanceof PyObject) || value.cls.qualified !== 'functools.partial')
    return { callable: value, given: [] };
  const [callable, positional, named] = itemsOf(value.state) ?? [];
  if (callable === undefined || itemsOf(positional)?.length !== 0) return undefined;
  return { callable, given: named instanceof PyDict ? named.entries() : [] };
}

/** Whether it makes a matrix of sparse rows: their own method, or what calls it. */
export function makesDense(value: PyValue): boolean {
  const [module, name] = nameOf(value) ?? [];
  if (module !== undefined && name !== undefined)
    return /^scipy\.sparse(?:\.|$)/.test(module) && /\.to(?:array|dense)$/.test(name);
  if (!(value instanceof PyObject) || value.cls.name !== 'methodcaller') return false;
  const [method, ...more] = value.args;
  return (method === 'toarray' || method === 'todense') && more.length === 0;
}

/** NumPy's functions that give rows back as they are: all rows, or those of one column, which become a vector. */
const passing: Readonly<Record<string, 'any' | 'column'>> = {
  asarray: 'any',
  array: 'any',
  squeeze: 'column',
  ravel: 'column',
};

/** Whether a call of NumPy's gives back rows of so many columns as they are; it may name the axis of the columns. */
export function passesOn({ callable, given }: Call, width: number): boolean {
  const [module, name] = nameOf(callable) ?? [];
  const ofColumns = given.every(([key, value]) => key === 'axis' && (numberOf(value) ?? 0) ** 2 === 1);
  if (!ofColumns || (given.length > 0 && name !== 'squeeze')) return false;
  if (module === undefined || name === undefined || !/^numpy(?:\.|$)/.test(module)) return false;
  const rows = Object.hasOwn(passing, name) ? passing[name] : undefined;
  return rows === 'any' || (rows === 'column' && width === 1);
}

/** The function of `map` that a pickled ufunc is; undefined for every other callable. */
export function mapFunctionOf(value: PyValue | undefined): string | undefined {
  const [module, name] = nameOf(value) ?? [];
  if (module === undefined || name === undefined) return undefined;
  // Old NumPy names the first module that it finds the function in, which may be one that imports it.
  if (!/^(?:numpy|scipy|sklearn)(?:\.|$)/.test(module)) return undefined;
  const ours = spelled[name] ?? name;
  return known.has(ours) ? ours : undefined;
}

/** NumPy's functions whose arguments are read, by their names there. */
const withArguments: Readonly<Record<string, 'round' | 'clip'>> = {
  round: 'round',
  round_: 'round',
  around: 'round',
  clip: 'clip',
};

/** Which function with arguments a pickled function of NumPy is; undefined for every other callable. */
export function shapedFunctionOf(value: PyValue | undefined): 'round' | 'clip' | undefined {
  const [module, name] = nameOf(value) ?? [];
  if (module === undefined || name === undefined || !/^numpy(?:\.|$)/.test(module)) return undefined;
  return Object.hasOwn(withArguments, name) ? withArguments[name] : undefined;
}

/** NumPy's functions of several numbers, by their names there. */
const pools: Readonly<Record<string, Pool>> = {
  mean: 'mean',
  median: 'median',
  max: 'max',
  amax: 'max',
  min: 'min',
  amin: 'min',
};

export type Pool = 'mean' | 'median' | 'max' | 'min';

/** The function of several numbers that a pickled function of NumPy is; undefined for every other callable. */
export function poolOf(value: PyValue | undefined): Pool | undefined {
  const [module, name] = nameOf(value) ?? [];
  if (module === undefined || name === undefined || !/^numpy(?:\.|$)/.test(module)) return undefined;
  return Object.hasOwn(pools, name) ? pools[name] : undefined;
}

/** The name of a function of one module; undefined for every other callable. */
export function libraryFunction(value: PyValue | undefined, module: string): string | undefined {
  const [found, name] = nameOf(value) ?? [];
  return found === module ? name : undefined;
}

/** Words for a callable that is not run. */
export function describeCallable(value: PyValue | undefined): string {
  const [module, name] = nameOf(value) ?? [];
  return name === undefined ? 'a function' : `the function ${String(module)}.${name}`;
}
