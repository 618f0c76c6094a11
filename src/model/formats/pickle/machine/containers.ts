import { malformed } from '../errors.ts';
import { PyDict, PyObject, PySet, PyTuple, type PyValue } from '../values.ts';
import { cost } from './budget.ts';
import type { Machine, Step } from './machine.ts';

/** Lists, and objects of subclasses of list, are what APPEND and APPENDS may extend. */
function listOf(value: PyValue): PyValue[] {
  if (Array.isArray(value)) return value as PyValue[];
  if (value instanceof PyObject) return (value.listItems ??= []);
  throw malformed('items are appended to what is not a list');
}

function dictOf(value: PyValue): PyDict {
  if (value instanceof PyDict) return value;
  if (value instanceof PyObject) return (value.dictItems ??= new PyDict());
  throw malformed('entries are set in what is not a dict');
}

function append(machine: Machine): void {
  const item = machine.pop();
  const list = listOf(machine.top());
  machine.spend(list.length === 1 ? cost.growth : cost.element);
  list.push(item);
}

function appendAll(machine: Machine): void {
  const items = machine.popMark();
  const list = listOf(machine.top());
  machine.spend(cost.growth + items.length * cost.element);
  for (const item of items) list.push(item);
}

function setAll(machine: Machine, dict: PyDict, pairs: PyValue[]): void {
  if (pairs.length % 2 !== 0) throw malformed('a dict has a key without a value');
  machine.spend(cost.growth + pairs.length * cost.element);
  dict.add(pairs);
}

function setItem(machine: Machine): void {
  const value = machine.pop();
  const key = machine.pop();
  machine.spend(cost.growth);
  dictOf(machine.top()).add([key, value]);
}

function tuple(machine: Machine, items: readonly PyValue[]): void {
  machine.spend(cost.tuple + items.length * cost.element);
  machine.push(new PyTuple(items));
}

function tuple1(machine: Machine): void {
  tuple(machine, [machine.pop()]);
}

function tuple2(machine: Machine): void {
  const second = machine.pop();
  tuple(machine, [machine.pop(), second]);
}

function tuple3(machine: Machine): void {
  const third = machine.pop();
  const second = machine.pop();
  tuple(machine, [machine.pop(), second, third]);
}

function list(machine: Machine, items: PyValue[]): void {
  machine.spend(cost.list + items.length * cost.element);
  machine.push(items);
}

function dict(machine: Machine, pairs: PyValue[]): void {
  machine.spend(cost.dict);
  const made = new PyDict();
  if (pairs.length > 0) setAll(machine, made, pairs);
  machine.push(made);
}

function set(machine: Machine, frozen: boolean, items: PyValue[]): void {
  machine.spend(cost.set + items.length * cost.element);
  machine.push(new PySet(frozen, items));
}

function addItems(machine: Machine): void {
  const items = machine.popMark();
  const target = machine.top();
  if (!(target instanceof PySet) || target.frozen) throw malformed('items are added to what is not a set');
  for (const item of items) target.items.push(item);
}

const empty = new PyTuple([]);

/** Lists, tuples, dicts, sets. */
export const containerSteps = {
  EMPTY_TUPLE: m => m.push(empty),
  TUPLE: m => tuple(m, m.popMark()),
  TUPLE1: tuple1,
  TUPLE2: tuple2,
  TUPLE3: tuple3,
  EMPTY_LIST: m => {
    // Most lists of one item stay such; this way they get room for one, not for seventeen.
    const items: PyValue[] = [null];
    items.pop();
    list(m, items);
  },
  LIST: m => list(m, m.popMark()),
  APPEND: append,
  APPENDS: appendAll,
  EMPTY_DICT: m => dict(m, []),
  DICT: m => dict(m, m.popMark()),
  SETITEM: setItem,
  SETITEMS: m => {
    const pairs = m.popMark();
    setAll(m, dictOf(m.top()), pairs);
  },
  EMPTY_SET: m => set(m, false, []),
  FROZENSET: m => set(m, true, m.popMark()),
  ADDITEMS: addItems,
} satisfies Record<string, Step>;
