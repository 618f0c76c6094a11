import { cost } from '../machine/budget.ts';
import type { Machine } from '../machine/machine.ts';
import { latin1Bytes } from '../machine/text.ts';
import { asBytes } from '../numpy/arguments.ts';
import { PyBytes, PyClass, PyComplex, PyDict, PyRange, PySet, PyTuple, type PyValue } from '../values.ts';
import type { Constructor } from './index.ts';

function itemsOf(value: PyValue | undefined): readonly PyValue[] | undefined {
  if (value === undefined) return [];
  if (value instanceof PyTuple || value instanceof PySet) return value.items;
  return Array.isArray(value) ? (value as PyValue[]) : undefined;
}

function set(frozen: boolean): Constructor {
  return (args, machine) => {
    const items = args.length > 1 ? undefined : itemsOf(args[0]);
    if (items === undefined) return undefined;
    machine.spend(cost.element * items.length);
    return new PySet(frozen, [...items]);
  };
}

/** A dict filled from a dict, from pairs, or from nothing. */
function dictFrom(
  source: PyValue | undefined,
  cls: PyClass | undefined,
  machine: Machine,
): PyDict | undefined {
  const pairs = source instanceof PyDict ? source.entries() : itemsOf(source)?.map(pairOf);
  if (pairs === undefined || pairs.includes(undefined)) return undefined;
  machine.spend(cost.dict + 4 * cost.element * pairs.length);
  const made = new PyDict(cls);
  made.add(pairs.flatMap(pair => pair as readonly PyValue[]));
  return made;
}

function pairOf(value: PyValue): readonly [PyValue, PyValue] | undefined {
  const items = itemsOf(value);
  return items?.length === 2 ? [items[0] as PyValue, items[1] as PyValue] : undefined;
}

function dict(module: string | undefined, name = ''): Constructor {
  const cls = module === undefined ? undefined : new PyClass(module, name);
  return (args, machine) => (args.length > 1 ? undefined : dictFrom(args[0], cls, machine));
}

const defaultdictClass = new PyClass('collections', 'defaultdict');

/** `defaultdict(factory[, entries])`: the factory is not kept, since nothing asks for a missing key. */
function defaultdict(args: readonly PyValue[], machine: Machine): PyDict | undefined {
  return args.length > 2 ? undefined : dictFrom(args[1], defaultdictClass, machine);
}

/** `_codecs.encode(text, 'latin1')`: how protocol 2 of Python 3 writes bytes. */
function encode([text, encoding]: readonly PyValue[], machine: Machine): PyBytes | undefined {
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) return undefined;
  machine.spend(cost.bytes);
  machine.around.budget.handOut(text.length);
  const bytes = latin1Bytes(text);
  return bytes && new PyBytes(bytes);
}

function bytes(args: readonly PyValue[], machine: Machine): PyBytes | undefined {
  machine.spend(cost.bytes);
  if (args.length === 0) return new PyBytes(new Uint8Array(0));
  if (args.length === 2) return encode(args, machine);
  const [only] = args;
  if (typeof only === 'string') machine.around.budget.handOut(only.length);
  const data = asBytes(only);
  return data && new PyBytes(data);
}

function complex([real, imaginary]: readonly PyValue[]): PyComplex | undefined {
  if (typeof real !== 'number' || typeof imaginary !== 'number') return undefined;
  return new PyComplex(real, imaginary);
}

/** `slice(stop)`, `slice(start, stop[, step])`, and the same of `range`. */
function range(kind: 'slice' | 'range'): Constructor {
  const missing = kind === 'range' ? 1n : null;
  const zero = kind === 'range' ? 0n : null;
  return args => {
    const [first, second, third] = args;
    if (first === undefined || args.length > 3) return undefined;
    return second === undefined
      ? new PyRange(kind, zero, first, missing)
      : new PyRange(kind, first, second, third ?? missing);
  };
}

export const builtinConstructors: Readonly<Record<string, Constructor>> = {
  'builtins.set': set(false),
  'builtins.frozenset': set(true),
  'builtins.list': (args, machine) => {
    const items = args.length > 1 ? undefined : itemsOf(args[0]);
    machine.spend(cost.element * (items?.length ?? 0));
    return items && [...items];
  },
  'builtins.dict': dict(undefined),
  'builtins.bytes': bytes,
  'builtins.bytearray': bytes,
  'builtins.complex': complex,
  'builtins.slice': range('slice'),
  'builtins.range': range('range'),
  'builtins.xrange': range('range'),
  'collections.OrderedDict': dict('collections', 'OrderedDict'),
  'collections.Counter': dict('collections', 'Counter'),
  'collections.defaultdict': defaultdict,
  '_codecs.encode': encode,
};
