import type { JsonObject } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { FieldSet, type Path } from '../fields/fieldset.ts';
import { compare } from '../typed/compare.ts';
import { type Type, typeOf } from '../typed/shapes.ts';
import { fieldElement } from '../fields/element.ts';
import { reconciled } from '../typed/reconcile.ts';
import type { Owner, Owners } from './managers.ts';
import type { Versions } from './versions.ts';

/** Who writes, through which part of the object. */
export interface Write {
  readonly manager: string;
  /** Of the request. */
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Of the entry, if the write changes something; `2026-01-02T03:04:05Z`. */
  readonly time: string;
  /** Paths from the top of the object that this way of writing leaves alone and hence nobody comes to own by it. */
  readonly reset?: readonly (readonly string[])[];
  readonly versions?: Versions;
}

/** The fields that nobody owns, whatever they write. */
const untracked = FieldSet.of(
  ...pathsOf([
    ['apiVersion'],
    ['kind'],
    ['metadata'],
    ['metadata', 'name'],
    ['metadata', 'namespace'],
    ['metadata', 'creationTimestamp'],
    ['metadata', 'selfLink'],
    ['metadata', 'uid'],
    ['metadata', 'clusterName'],
    ['metadata', 'generation'],
    ['metadata', 'managedFields'],
    ['metadata', 'resourceVersion'],
  ]),
);

export function pathsOf(paths: readonly (readonly string[])[]): Path[] {
  return paths.map(path => path.map(fieldElement));
}

export function tracked(set: FieldSet): FieldSet {
  return set.difference(untracked);
}

/** A set without what this way of writing leaves alone. */
export function within(set: FieldSet, { reset = [] }: Write): FieldSet {
  return reset.length === 0 ? set : set.recursiveDifference(FieldSet.of(...pathsOf(reset)));
}

/** The fields that a change touches. */
interface Touched {
  /** Added or modified. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/** A change of an object as the versions in which its fields are owned see it. */
export class Change {
  readonly #write: Write;
  readonly #shape: TypedSchema;
  readonly #old: JsonObject;
  readonly #object: JsonObject;
  readonly #seen = new Map<string, Touched | undefined>();

  constructor(write: Write, shape: TypedSchema, old: JsonObject, object: JsonObject) {
    this.#write = write;
    this.#shape = shape;
    this.#old = old;
    this.#object = object;
  }

  /** In the version of the request. */
  get own(): Touched {
    return this.in(this.#write.apiVersion) as Touched;
  }

  /** Undefined when the version is not served. */
  in(apiVersion: string): Touched | undefined {
    if (!this.#seen.has(apiVersion)) this.#seen.set(apiVersion, this.#compared(apiVersion));
    return this.#seen.get(apiVersion);
  }

  #compared(apiVersion: string): Touched | undefined {
    const { versions } = this.#write;
    let [shape, old, object] = [this.#shape, this.#old, this.#object];
    if (apiVersion !== this.#write.apiVersion && versions !== undefined) {
      const version = versions(apiVersion);
      if (version === undefined) return undefined;
      shape = version.shape;
      old = version.convert(old);
      object = version.convert(object);
    }
    const { added, modified, removed } = compare(typeOf(shape), old, object);
    return {
      changed: within(modified.union(added), this.#write),
      removed: within(removed, this.#write),
    };
  }
}

/** What others own of what a change touches. */
export interface Effect {
  /** Owned by others, and changed. */
  readonly conflicts: ReadonlyMap<string, FieldSet>;
  /** The owners without what was taken from them; one that has nothing left is gone. */
  readonly owners: Owners;
}

/** What a change does to all owners but its own. */
export function effectOn(owners: Owners, self: string, change: Change): Effect {
  const conflicts = new Map<string, FieldSet>();
  const left = new Map<string, Owner>();
  for (const [id, owner] of owners) {
    const touched = id === self ? undefined : change.in(owner.apiVersion);
    if (id === self) {
      if (!owner.set.empty) left.set(id, owner);
    } else if (touched !== undefined) {
      const taken = owner.set.intersection(touched.changed);
      if (!taken.empty) conflicts.set(id, taken);
      const set = without(owner.set, taken, touched.removed);
      if (!set.empty) left.set(id, { ...owner, set });
    }
  }
  return { conflicts, owners: left };
}

/** The set itself when nothing is taken from it, so that it need not be written again. */
function without(set: FieldSet, taken: FieldSet, removed: FieldSet): FieldSet {
  const gone = set.intersection(removed).union(taken);
  return gone.empty ? set : set.difference(gone);
}

/** The owners as the shapes of today count; those of versions that are not served are gone. */
export function reconciledOwners(owners: Owners, write: Write, shape: TypedSchema): Owners {
  const left = new Map<string, Owner>();
  for (const [id, owner] of owners) {
    const type = typeIn(owner.apiVersion, write, shape);
    if (type !== undefined) left.set(id, { ...owner, set: reconciled(owner.set, type) });
  }
  return left;
}

/** The type of an object in a version; undefined when it is not served. */
export function typeIn(apiVersion: string, write: Write, shape: TypedSchema): Type | undefined {
  if (apiVersion === write.apiVersion || write.versions === undefined) return typeOf(shape);
  const version = write.versions(apiVersion);
  return version === undefined ? undefined : typeOf(version.shape);
}
