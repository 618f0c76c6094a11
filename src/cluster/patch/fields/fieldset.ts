import { compareElements, type Element } from './element.ts';

export type Path = readonly Element[];

/**
 * A set of paths into an object (structured-merge-diff's `fieldpath.Set`). A path may be a member and have members below it; one
 * does not follow from the other. What the operations give is new; only `insert` changes a set.
 */
export class FieldSet {
  readonly members: Set<Element>;
  readonly children: Map<Element, FieldSet>;

  constructor(members = new Set<Element>(), children = new Map<Element, FieldSet>()) {
    this.members = members;
    this.children = children;
  }

  static of(...paths: readonly Path[]): FieldSet {
    const set = new FieldSet();
    for (const path of paths) set.insert(path);
    return set;
  }

  /** Adds a path, not those above it; the empty path is no member of any set. */
  insert(path: Path): void {
    const last = path.at(-1);
    if (last === undefined) return;
    path
      .slice(0, -1)
      .reduce((node: FieldSet, element) => node.#descend(element), this)
      .members.add(last);
  }

  #descend(element: Element): FieldSet {
    const found = this.children.get(element);
    if (found !== undefined) return found;
    const made = new FieldSet();
    this.children.set(element, made);
    return made;
  }

  get empty(): boolean {
    return this.members.size === 0 && [...this.children.values()].every(child => child.empty);
  }

  has(path: Path): boolean {
    const last = path.at(-1);
    if (last === undefined) return false;
    const holder = path
      .slice(0, -1)
      .reduce((node: FieldSet | undefined, element) => node?.children.get(element), this);
    return holder?.members.has(last) ?? false;
  }

  union(other: FieldSet): FieldSet {
    const children = new Map(this.children);
    for (const [element, set] of other.children) {
      const mine = children.get(element);
      children.set(element, mine === undefined ? set : mine.union(set));
    }
    return new FieldSet(new Set([...this.members, ...other.members]), children);
  }

  intersection(other: FieldSet): FieldSet {
    return new FieldSet(
      new Set([...this.members].filter(element => other.members.has(element))),
      this.#mapped((element, set) => {
        const theirs = other.children.get(element);
        return theirs === undefined ? undefined : set.intersection(theirs);
      }),
    );
  }

  /** Without the members of another; what lies below those stays. */
  difference(other: FieldSet): FieldSet {
    return new FieldSet(
      new Set([...this.members].filter(element => !other.members.has(element))),
      this.#mapped((element, set) => {
        const theirs = other.children.get(element);
        return theirs === undefined ? set : set.difference(theirs);
      }),
    );
  }

  /** Without the members of another and all that lies below them. */
  recursiveDifference(other: FieldSet): FieldSet {
    return new FieldSet(
      new Set([...this.members].filter(element => !other.members.has(element))),
      this.#mapped((element, set) => {
        if (other.members.has(element)) return undefined;
        const theirs = other.children.get(element);
        return theirs === undefined ? set : set.recursiveDifference(theirs);
      }),
    );
  }

  #mapped(change: (element: Element, set: FieldSet) => FieldSet | undefined): Map<Element, FieldSet> {
    const children = new Map<Element, FieldSet>();
    for (const [element, set] of this.children) {
      const changed = change(element, set);
      if (changed !== undefined && !changed.empty) children.set(element, changed);
    }
    return children;
  }

  /** All members in canonical order: those of a level before what lies below it. */
  paths(prefix: Path = []): Path[] {
    const here = [...this.members].toSorted(compareElements).map(element => [...prefix, element]);
    const below = [...this.children].toSorted(([a], [b]) => compareElements(a, b));
    return [...here, ...below.flatMap(([element, set]) => set.paths([...prefix, element]))];
  }
}
