import type { Schema } from '../schema.ts';
import { isFields, mapValueOf, propertyOf } from '../walk.ts';
import { isSame } from '../same.ts';

/**
 * A part of a changed object beside the part of the old one that it came from, so that a fault which was there before does not
 * stand in the way of a change elsewhere (Kubernetes' ratcheting). Items of lists have a counterpart only in lists of type `map`.
 */
export class Correlation {
  readonly #value: unknown;
  readonly #old: unknown;
  readonly #schema: Schema;
  #unchanged: boolean | undefined;

  constructor(value: unknown, old: unknown, schema: Schema) {
    this.#value = value;
    this.#old = old;
    this.#schema = schema;
  }

  /** Whether nothing has changed here or below. */
  get unchanged(): boolean {
    this.#unchanged ??= isSame(this.#value, this.#old);
    return this.#unchanged;
  }

  key(name: string): Correlation | undefined {
    if (!isFields(this.#value) || !isFields(this.#old)) return undefined;
    if (!Object.hasOwn(this.#value, name) || !Object.hasOwn(this.#old, name)) return undefined;
    const schema = propertyOf(this.#schema, name) ?? mapValueOf(this.#schema);
    return schema === undefined ? undefined : new Correlation(this.#value[name], this.#old[name], schema);
  }

  index(at: number): Correlation | undefined {
    const { items } = this.#schema;
    if (!Array.isArray(this.#value) || items === undefined) return undefined;
    const old = counterpart(this.#value[at], this.#old, this.#schema);
    return old === undefined ? undefined : new Correlation(this.#value[at], old, items);
  }
}

/** The item of the old list that has the same keys, in lists of type `map`. */
export function counterpart(item: unknown, old: unknown, schema: Schema): unknown {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map' || keys === undefined) return undefined;
  if (!Array.isArray(old) || !isFields(item)) return undefined;
  return old.find(other => isFields(other) && keys.every(key => isSame(other[key], item[key])));
}
