import type { Json, JsonObject } from '../../meta/index.ts';
import type { Element } from '../fields/element.ts';
import { fieldsOf, fromFields, isList, isObject, own } from '../values.ts';
import { elementOf } from './items.ts';
import { alternative, fieldType, type ListType, type MapType, type Type } from './shapes.ts';

type Side = Json | undefined;

/**
 * Merges what is applied into what is there (structured-merge-diff's `Merge`): nothing goes, leaves are those of `applied`, lists
 * keep the order of `applied` where it says one. Both fit the type.
 */
export function merged(declared: Type, live: Side, applied: Side): Side {
  if (applied === undefined || live === applied) return live;
  if (live === undefined) return applied;
  const type = alternative(declared, applied);
  if (type.map !== undefined) return mergedMaps(type.map, live, applied);
  if (type.scalar !== undefined || type.list === undefined) return applied;
  return mergedLists(type.list, live, applied);
}

function mergedMaps(map: MapType, live: Json, applied: Json): Side {
  const left = isObject(live) ? live : {};
  const right = isObject(applied) ? applied : {};
  if (map.atomic || (isEmpty(left) && isEmpty(right))) return applied;
  const fields = fieldsOf(left);
  for (const [name, value] of fieldsOf(right)) {
    const type = fieldType(map, name);
    const result = type === undefined ? value : merged(type, own(left, name), value);
    if (result === undefined) fields.delete(name);
    else fields.set(name, result);
  }
  return fields.size === 0 ? undefined : fromFields(fields);
}

function isEmpty(object: JsonObject): boolean {
  return Object.values(object).every(value => value === undefined);
}

function mergedLists(list: ListType, live: Json, applied: Json): Side {
  const left = isList(live) ? live : [];
  const right = isList(applied) ? applied : [];
  if (list.atomic || (left.length === 0 && right.length === 0)) return applied;
  const items = new ListMerge(list, left, right).items();
  return items.length === 0 ? undefined : items;
}

/** An item of a list as it is found by its element; null stands for items that share one. */
type Index = ReadonlyMap<Element, Json>;

class ListMerge {
  readonly #list: ListType;
  readonly #live: readonly Json[];
  readonly #liveElements: readonly Element[];
  readonly #appliedElements: readonly Element[];
  readonly #liveIndex: Index;
  readonly #appliedIndex: Index;
  /** Elements of both lists that are still to come, in the order of what is applied. */
  readonly #shared: Element[];
  readonly #done = new Set<Element>();
  readonly #out: Json[] = [];
  #nextShared = 0;

  constructor(list: ListType, live: readonly Json[], applied: readonly Json[]) {
    this.#list = list;
    this.#live = live;
    this.#liveElements = live.map(item => elementOf(list, item));
    this.#appliedElements = applied.map(item => elementOf(list, item));
    this.#liveIndex = indexed(this.#liveElements, live);
    this.#appliedIndex = indexed(this.#appliedElements, applied);
    this.#shared = this.#appliedElements.filter(element => this.#liveIndex.has(element));
  }

  items(): Json[] {
    let left = 0;
    let right = 0;
    while (left < this.#liveElements.length || right < this.#appliedElements.length) {
      const mine = this.#liveElements[left];
      const theirs = this.#appliedElements[right];
      if (mine !== undefined && mine === theirs) {
        this.#take(mine);
        this.#nextShared++;
        left++;
        right++;
      } else if (mine !== undefined && theirs !== undefined && this.#comesLater(mine)) left++;
      else if (mine !== undefined && !this.#appliedIndex.has(mine)) {
        this.#out.push(this.#live[left] as Json);
        left++;
      } else {
        if (mine !== undefined && this.#done.has(mine)) left++;
        if (theirs !== undefined) {
          this.#take(theirs);
          if (this.#shared[this.#nextShared] === theirs) this.#nextShared++;
          right++;
        }
      }
    }
    return this.#out;
  }

  /** Whether a live item is in both lists, but another one is due first. */
  #comesLater(element: Element): boolean {
    const due = this.#shared[this.#nextShared];
    return this.#appliedIndex.has(element) && due !== undefined && due !== element;
  }

  #take(element: Element): void {
    this.#done.add(element);
    const value = merged(this.#list.element, this.#liveIndex.get(element), this.#appliedIndex.get(element));
    if (value !== undefined) this.#out.push(value);
  }
}

function indexed(elements: readonly Element[], items: readonly Json[]): Index {
  const index = new Map<Element, Json>();
  for (const [place, element] of elements.entries()) {
    index.set(element, index.has(element) ? null : (items[place] as Json));
  }
  return index;
}
