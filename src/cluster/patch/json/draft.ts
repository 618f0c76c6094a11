import type { Json } from '../../meta/index.ts';
import { refused } from '../faults.ts';
import { fieldsOf, isList, isObject, own } from '../values.ts';

type Fields = Record<string, Json>;
type Holder = Fields | Json[];

/**
 * A document while a JSON patch changes it: objects and lists are copied before they are changed the first time, and only then,
 * so that many operations on a large object cost no more than its size once.
 */
export class Draft {
  readonly #mine = new WeakSet<object>();
  #root: Json;

  constructor(document: Json) {
    this.#root = document;
  }

  get document(): Json {
    return this.#root;
  }

  set document(document: Json) {
    this.#root = document;
  }

  /** The value at a path; null where an object lacks the last key. */
  read(path: readonly string[]): Json {
    let node = this.#root;
    for (const step of path) node = member(node, step);
    return node;
  }

  add(path: readonly string[], value: Json): void {
    const [holder, key] = this.#holder(path);
    if (!isList(holder)) put(holder, key, value);
    else if (key === '-') holder.push(value);
    else holder.splice(indexIn(holder.length + 1, key), 0, value);
  }

  replace(path: readonly string[], value: Json): void {
    const [holder, key] = this.#holder(path);
    if (isList(holder)) holder[indexIn(holder.length, key)] = value;
    else put(holder, key, value);
  }

  remove(path: readonly string[]): void {
    const [holder, key] = this.#holder(path);
    if (isList(holder)) holder.splice(indexIn(holder.length, key), 1);
    else if (Object.hasOwn(holder, key)) delete holder[key];
    else throw refused();
  }

  #holder(path: readonly string[]): [Holder, string] {
    const key = path.at(-1);
    if (key === undefined) throw refused();
    let holder = this.#mutable(this.#root);
    this.#root = holder;
    for (const step of path.slice(0, -1)) {
      const next = this.#mutable(member(holder, step));
      if (isList(holder)) holder[indexIn(holder.length, step)] = next;
      else put(holder, step, next);
      holder = next;
    }
    return [holder, key];
  }

  #mutable(value: Json): Holder {
    if (!isObject(value) && !isList(value)) throw refused();
    if (this.#mine.has(value)) return value as Holder;
    const copy: Holder = isList(value) ? [...value] : Object.fromEntries(fieldsOf(value));
    this.#mine.add(copy);
    return copy;
  }
}

function member(holder: Json, key: string): Json {
  if (isList(holder)) return holder[indexIn(holder.length, key)] as Json;
  if (!isObject(holder)) throw refused();
  return own(holder, key) ?? null;
}

/** Sets a key as its own, also where assignment would mean the prototype. */
function put(fields: Fields, key: string, value: Json): void {
  if (key !== '__proto__') fields[key] = value;
  else Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
}

function indexIn(length: number, key: string): number {
  if (!/^[-+]?\d{1,15}$/.test(key)) throw refused();
  const index = Number(key);
  const found = index < 0 ? index + length : index;
  if (found < 0 || found >= length) throw refused();
  return found;
}
