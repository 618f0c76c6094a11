import type { Json, JsonObject } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { FieldSet } from '../fields/fieldset.ts';
import { fieldsIn } from '../typed/fieldsof.ts';
import { withNamedFields } from '../typed/named.ts';
import { removed } from '../typed/remove.ts';
import type { Type } from '../typed/shapes.ts';
import type { Owner, Owners } from './managers.ts';
import { typeIn, type Write } from './ownership.ts';

/** An object before something is taken from it, and without it. */
interface Halves {
  readonly merged: JsonObject;
  readonly bare: Json;
}

/**
 * What is merged without the fields that the manager applied the last time and does not now, unless others own them or parts of
 * them (structured-merge-diff's `prune`). `owners` has the manager with what it applies now. Where versions differ, each set of
 * fields is compared in its own.
 */
export function pruned(
  merged: JsonObject,
  owners: Owners,
  last: Owner | undefined,
  shape: TypedSchema,
  write: Write,
): Json {
  if (last === undefined || last.set.empty) return merged;
  const versions = new InVersions(shape, write);
  const type = versions.typeIn(last.apiVersion);
  // What was applied in a version that is not served any more stays.
  if (type === undefined) return merged;
  const start = versions.turned(merged, last.apiVersion);
  const lastFields = withNamedFields(last.set, type);
  const halves = { merged: start, bare: removed(type, start, lastFields) };
  const { bare: kept } = withOwned(halves, owners, last.apiVersion, versions);
  const whole = versions.turned(merged, last.apiVersion);
  const mergedFields = withNamedFields(fieldsIn(type, whole), type);
  const keptFields = withNamedFields(fieldsIn(type, versions.turned(kept, last.apiVersion)), type);
  const result = removed(type, whole, mergedFields.difference(keptFields).intersection(lastFields));
  return versions.turned(result, write.apiVersion);
}

/** Puts back what somebody owns: first what is owned in the version that something was taken from. */
function withOwned(halves: Halves, owners: Owners, first: string, versions: InVersions): Halves {
  const owned = new Map<string, FieldSet>([[versions.of(first), new FieldSet()]]);
  for (const { apiVersion, set } of owners.values()) {
    const version = versions.of(apiVersion);
    owned.set(version, (owned.get(version) ?? new FieldSet()).union(set));
  }
  let now = halves;
  for (const [version, set] of owned) {
    const type = versions.typeIn(version);
    if (type === undefined) continue;
    const merged = versions.turned(now.merged, version);
    const bare = versions.turned(now.bare, version);
    const mergedFields = withNamedFields(fieldsIn(type, merged), type);
    const safe = withNamedFields(fieldsIn(type, bare), type).union(withNamedFields(set, type));
    now = { merged, bare: removed(type, merged, mergedFields.difference(safe)) };
  }
  return now;
}

/** Types and objects in the versions in which fields are owned; all are the one of the request where versions do not differ. */
class InVersions {
  readonly #shape: TypedSchema;
  readonly #write: Write;

  constructor(shape: TypedSchema, write: Write) {
    this.#shape = shape;
    this.#write = write;
  }

  of(apiVersion: string): string {
    return this.#write.versions === undefined ? this.#write.apiVersion : apiVersion;
  }

  /** Undefined when the version is not served. */
  typeIn(apiVersion: string): Type | undefined {
    return typeIn(apiVersion, this.#write, this.#shape);
  }

  turned(object: Json, apiVersion: string): JsonObject {
    const value = object as JsonObject;
    const { versions } = this.#write;
    if (versions === undefined || value['apiVersion'] === apiVersion) return value;
    return versions(apiVersion)?.convert(value) ?? value;
  }
}
