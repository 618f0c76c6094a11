import type { Sketch } from './objects.ts';
import type { Fields, Random, Value } from './random.ts';

/** Random patches of an object. */
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

/** What a manager applies: its part, with a fault now and then. */
export function applied(random: Random, sketch: Sketch, name: string, status: boolean): Fields {
  const { apiVersion, kind } = sketch;
  const part: Fields = status
    ? { status: sketch.status(random, 0.7) }
    : sketch.part(random, random.pick([0.3, 0.6]));
  const document: Fields = { apiVersion, kind, ...part };
  document['metadata'] = { ...(part['metadata'] as Fields), name };
  return random.chance(0.06) ? spoiled(random, document) : document;
}

/** A document with something that no schema allows somewhere. */
function spoiled(random: Random, document: Fields): Fields {
  const holders = objectsIn(document).filter(holder => holder !== document);
  const lists = listsIn(document).filter(list => list.length > 0);
  if (lists.length > 0 && random.chance(0.4)) {
    const list = random.pick(lists);
    list.push(random.pick<Value>([list[0] as Value, null, 5, {}]));
    return document;
  }
  const holder = random.pick(holders.length > 0 ? holders : [document]);
  const keys = Object.keys(holder);
  const wrong = random.pick<Value>([true, 7, 1.5, 'text', ['x', 1], { k: [null, { z: 1 }] }]);
  if (keys.length > 0 && random.chance(0.6)) holder[random.pick(keys)] = wrong;
  else holder['bogus'] = wrong;
  return document;
}

function objectsIn(value: Value): Fields[] {
  if (value === null || typeof value !== 'object') return [];
  const below = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? below : [value, ...below];
}

function listsIn(value: Value): Value[][] {
  if (value === null || typeof value !== 'object') return [];
  const below = Object.values(value).flatMap(listsIn);
  return Array.isArray(value) ? [value, ...below] : below;
}

/** A merge patch: a part, in which some fields are nulls. */
export function mergeDocument(random: Random, sketch: Sketch, status: boolean): Fields {
  const part = partOf(random, sketch, status);
  for (const holder of objectsIn(part)) {
    for (const key of Object.keys(holder)) {
      if (!always.has(key) && random.chance(0.12)) holder[key] = null;
    }
  }
  return part;
}

/** Without these a document says nothing. */
const always = new Set(['metadata', 'spec', 'status', 'name', 'type']);

function partOf(random: Random, sketch: Sketch, status: boolean): Fields {
  if (status) return { status: sketch.status(random, 0.7) };
  return sketch.part(random, random.pick([0.25, 0.5]));
}

/** By which key the lists of the sketches merge; empty for those of scalars. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  ports: 'containerPort',
  volumes: 'name',
  volumeMounts: 'mountPath',
  hostAliases: 'ip',
  imagePullSecrets: 'name',
  conditions: 'type',
  ownerReferences: 'uid',
  finalizers: '',
};

/** A strategic merge patch: a merge patch with directives. */
export function strategicDocument(random: Random, sketch: Sketch, status: boolean): Fields {
  const part = mergeDocument(random, sketch, status);
  for (const holder of objectsIn(part)) direct(random, sketch, holder);
  return part;
}

function direct(random: Random, sketch: Sketch, holder: Fields): void {
  const keys = Object.keys(holder);
  if (random.chance(0.03)) holder['$patch'] = random.pick<Value>(['replace', 'delete', 'merge', 'odd', 3]);
  if (keys.length > 0 && random.chance(0.05)) {
    holder['$retainKeys'] = random.chance(0.8) ? keys : random.pick<Value>([keys.slice(1), 'x']);
  }
  for (const key of keys) {
    const mergeKey = sketch.kind === 'Service' && key === 'ports' ? 'port' : mergeKeys[key];
    const list = holder[key];
    if (mergeKey !== undefined && Array.isArray(list)) directList(random, holder, key, list, mergeKey);
  }
}

function directList(random: Random, holder: Fields, key: string, list: Value[], mergeKey: string): void {
  if (mergeKey === '') {
    if (random.chance(0.3)) holder[`$setElementOrder/${key}`] = shuffled(random, list);
    else if (random.chance(0.5)) {
      // Never beside the list itself: the real server takes the two in an order that changes from time to time.
      delete holder[key];
      holder[`$deleteFromPrimitiveList/${key}`] = random.some(['example.dev/a', 'example.dev/b']);
    }
    return;
  }
  const items = list.filter(item => item !== null) as Fields[];
  const order = items.map(item => ({ [mergeKey]: item[mergeKey] as Value }));
  if (random.chance(0.25)) {
    const more = random.chance(0.5) ? [{ [mergeKey]: random.pick<Value>(['c0', 'data', 80]) }] : [];
    const whole: Value[] = [...order, ...more];
    holder[`$setElementOrder/${key}`] = random.chance(0.85) ? whole : shuffled(random, whole);
  }
  if (random.chance(0.2)) {
    list.push({
      $patch: 'delete',
      [mergeKey]: random.pick<Value>(['c1', 'c2', 'v1', 80, 'Ready', '/x', 'A']),
    });
  }
  if (random.chance(0.05)) list.push({ $patch: random.pick<Value>(['replace', 'merge', 'delete', 'odd']) });
  if (random.chance(0.03) && items[0] !== undefined) delete items[0][mergeKey];
}

function shuffled(random: Random, list: readonly Value[]): Value[] {
  const all = random.some(list);
  return [...all, ...list.filter(item => !all.includes(item))];
}

/** A JSON patch of what an object holds. */
export function jsonDocument(random: Random, sketch: Sketch, object: Fields, status: boolean): Value[] {
  const roots = status
    ? ['status']
    : ['metadata/labels', 'metadata/annotations', 'metadata/finalizers', ...sketch.writable];
  const known = pointersIn(object).filter(
    ([path]) => roots.some(root => path.startsWith(`/${root}`)) && !typeOnly.test(path),
  );
  if (known.length === 0) known.push(['/metadata/labels', {}]);
  const count = 1 + random.below(4);
  return Array.from({ length: count }, () => operation(random, known));
}

/** What the server fills in again after a patch. */
const typeOnly = /qosClass|conditions\/\d+\/(type|status|last\w+Time)$/;

type Known = readonly [pointer: string, value: Value];

function pointersIn(value: Value, prefix = ''): Known[] {
  if (value === null || typeof value !== 'object') return [[prefix, value]];
  const below = Object.entries(value).flatMap(([key, inner]) =>
    pointersIn(inner, `${prefix}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return [[prefix, value], ...below];
}

function operation(random: Random, known: readonly Known[]): Value {
  const [path, value] = random.pick(known);
  const [other] = random.pick(known);
  const fresh = freshValue(random, value);
  switch (random.below(12)) {
    case 0:
      return { op: 'test', path, value: random.chance(0.85) ? value : fresh };
    case 1:
    case 2:
      return { op: 'remove', path };
    case 3:
      return { op: random.pick(['copy', 'move']), from: other, path: lastChanged(random, path) };
    case 4:
      return { op: 'add', path: lastChanged(random, path), value: fresh };
    case 5:
      return { op: 'replace', path: lastChanged(random, path), value: fresh };
    case 6:
      return random.pick<Value>([
        { op: 'add', path: '/metadata/labels/new', value: '1' },
        { op: 'add', path: '/metadata/annotations', value: { n: '1' } },
        { op: 'replace', path: '/nope/x', value: 1 },
        { op: 'odd', path },
        { op: 'remove', path: `${path}/-` },
        { op: 'test', path: '/nope', value: null },
      ]);
    default:
      return { op: 'replace', path, value: fresh };
  }
}

function lastChanged(random: Random, path: string): string {
  const holder = path.slice(0, path.lastIndexOf('/'));
  const last = random.pick(['-', '0', '1', '-1', '9', 'new', 'a~1b']);
  return random.chance(0.5) ? path : `${holder}/${last}`;
}

function freshValue(random: Random, like: Value): Value {
  if (typeof like === 'string') return random.pick(['1', 'two', 'x/y']);
  if (typeof like === 'number') return 1 + random.below(4);
  return like;
}
