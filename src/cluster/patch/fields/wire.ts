import type { Json, JsonObject } from '../../meta/index.ts';
import { isObject } from '../values.ts';
import { compareElements, type Element, readElement } from './element.ts';
import { FieldSet } from './fieldset.ts';

/** Deeper than any field of any kind; what a client writes deeper is refused. */
const deepest = 200;

/**
 * The set that a `fieldsV1` says. Elements of a kind that is not known are dropped.
 * @throws SyntaxError when it is malformed.
 */
export function readFields(fields: JsonObject): FieldSet {
  const found = recent.get(fields);
  if (found !== undefined) return found;
  const { set } = read(fields, 0);
  remember(fields, set);
  return set;
}

/**
 * What was read or written last, for most entries of an object outlive most of its changes; neither side is ever changed. Few, since
 * a set takes many times the space of what it is written as.
 */
const recent = new Map<JsonObject, FieldSet>();
const texts = new WeakMap<FieldSet, JsonObject>();
const most = 256;

function remember(fields: JsonObject, set: FieldSet): void {
  recent.set(fields, set);
  if (recent.size <= most) return;
  for (const oldest of recent.keys()) {
    recent.delete(oldest);
    return;
  }
}

interface Read {
  readonly set: FieldSet;
  /** Whether the path of the object itself is a member. */
  readonly member: boolean;
}

function read(fields: JsonObject, depth: number): Read {
  if (depth > deepest) throw new SyntaxError('fieldsV1 is nested too deeply');
  const set = new FieldSet();
  let member = false;
  for (const [key, value] of Object.entries(fields)) {
    if (key === '.') member = true;
    else readInto(set, key, value, depth);
  }
  const bare = set.members.size === 0 && set.children.size === 0;
  return { set, member: member || bare };
}

function readInto(set: FieldSet, key: string, value: Json | undefined, depth: number): void {
  const element = readElement(key);
  if (element === undefined) return;
  if (!isObject(value) && value !== null) throw new SyntaxError(`not a set of fields at ${key}`);
  const below = read(value ?? {}, depth + 1);
  if (below.member) set.members.add(element);
  if (!below.set.empty) set.children.set(element, below.set);
}

/** The `fieldsV1` of a set, in canonical order. */
export function writeFields(set: FieldSet): JsonObject {
  const found = texts.get(set);
  if (found !== undefined) return found;
  const fields = Object.fromEntries(written(set));
  texts.set(set, fields);
  remember(fields, set);
  return fields;
}

function written(set: FieldSet): [string, JsonObject][] {
  const elements = new Set<Element>(set.members);
  for (const [element, child] of set.children) if (!child.empty) elements.add(element);
  return [...elements].toSorted(compareElements).map(element => {
    const child = set.children.get(element);
    const below = child === undefined || child.empty ? [] : written(child);
    const self: [string, JsonObject][] = set.members.has(element) && below.length > 0 ? [['.', {}]] : [];
    return [element, Object.fromEntries([...self, ...below])];
  });
}
