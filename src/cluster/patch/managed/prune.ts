import type { Json, JsonObject } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { FieldSet } from '../fields/fieldset.ts';
import { fieldsIn } from '../typed/fieldsof.ts';
import { withNamedFields } from '../typed/named.ts';
import { removed } from '../typed/remove.ts';
import { type Type, typeOf } from '../typed/shapes.ts';
import type { Owner, Owners } from './managers.ts';

/**
 * What is merged without the fields that the manager applied the last time and does not now, unless others own them or parts of
 * them (structured-merge-diff's `prune`). `owners` has the manager with what it applies now.
 */
export function pruned(
  merged: JsonObject,
  owners: Owners,
  last: Owner | undefined,
  shape: TypedSchema,
): Json {
  if (last === undefined || last.set.empty) return merged;
  const type = typeOf(shape);
  const lastFields = withNamedFields(last.set, type);
  const mergedFields = withNamedFields(fieldsIn(type, merged), type);
  const bare = removed(type, merged, lastFields);
  const kept = withOwned(merged, bare, mergedFields, owners, type);
  const keptFields = withNamedFields(fieldsIn(type, kept), type);
  return removed(type, merged, mergedFields.difference(keptFields).intersection(lastFields));
}

/** Puts back what somebody owns. */
function withOwned(merged: JsonObject, bare: Json, mergedFields: FieldSet, owners: Owners, type: Type): Json {
  let owned = new FieldSet();
  for (const owner of owners.values()) owned = owned.union(owner.set);
  const bareFields = withNamedFields(fieldsIn(type, bare), type);
  const safe = bareFields.union(withNamedFields(owned, type));
  return removed(type, merged, mergedFields.difference(safe));
}
