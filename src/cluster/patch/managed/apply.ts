import {
  apiVersionOf,
  internalError,
  type Json,
  type JsonObject,
  type KubeObject,
  parseApiVersion,
  sameJson,
} from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { emptyObject } from '../typed/empty.ts';
import { fieldsIn } from '../typed/fieldsof.ts';
import { ItemFault } from '../typed/items.ts';
import { merged } from '../typed/merge.ts';
import { typeOf } from '../typed/shapes.ts';
import { faultText, typeFaults } from '../typed/validate.ts';
import { assertShallow, fieldsOf, fromFields, isObject } from '../values.ts';
import { type Conflict, conflictError, conflictsOf } from './conflicts.ts';
import { allowedByAnnotation, withAnnotation } from './lastapplied.ts';
import { idOf, type Manager, type Owner, type Owners, readOwners, writeOwners } from './managers.ts';
import { Change, effectOn, reconciledOwners, tracked, within, type Write } from './ownership.ts';
import { pruned } from './prune.ts';
import { ownerOf, updatedOwners } from './update.ts';

export interface Apply extends Write {
  /** Takes fields from others instead of failing. */
  readonly force: boolean;
}

/**
 * The object after an apply: what is applied merged into what is there, without what the manager applied before and does not any
 * more, with managedFields (apimachinery's `managedfields` over structured-merge-diff). `live` is absent at create; what is applied
 * is the document as the client sent it. The result still has to be decoded and completed. When it changes nothing, it is `live`
 * with other managedFields.
 * @throws StatusError 409 when fields belong to others and `force` is not given, 500 without a reason when the document does not fit
 * the shape, 422 when it is too deep.
 */
export function apply(
  live: KubeObject | undefined,
  applied: KubeObject,
  shape: TypedSchema,
  options: Apply,
): KubeObject {
  assertShallow(applied);
  const config = applied as unknown as JsonObject;
  checkTypes(config, live, shape);
  const result = live === undefined ? first(config, shape, options) : compared(live, config, shape, options);
  return withAnnotation(withManaged(result, options.time), config, options.manager);
}

function checkTypes(config: JsonObject, live: KubeObject | undefined, shape: TypedSchema): void {
  const type = typeOf(shape);
  const faults = typeFaults(type, config, 'refused');
  if (faults.length > 0) {
    throw internalError(`failed to create typed patch object (${placeOf(config)}): ${faultText(faults)}`);
  }
  if (live === undefined) return;
  const old = typeFaults(type, live as unknown as JsonObject, 'allowed');
  if (old.length === 0) return;
  const place = placeOf(live as unknown as JsonObject);
  throw internalError(`failed to create typed live object (${place}): ${faultText(old)}`);
}

/** The object as messages name it: `namespace/name; apps/v1, Kind=Deployment`. */
function placeOf(object: JsonObject): string {
  const { metadata, apiVersion, kind } = object as unknown as KubeObject;
  const { group, version } = parseApiVersion(apiVersion);
  const meta = isObject(metadata) ? metadata : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const place = `${text(meta['namespace'])}/${text(meta['name'])}`;
  return `${place}; ${group === '' ? '/' : ''}${apiVersionOf({ group, version })}, Kind=${kind}`;
}

/** The owners before; whoever wrote the object before anything was tracked is counted as one. */
function ownersOf(live: KubeObject, shape: TypedSchema, options: Apply): Owners {
  const owners = readOwners(live.metadata.managedFields);
  if (owners === undefined) throw internalError('failed to decode managed fields');
  if (owners.size > 0) return owners;
  const empty = emptyObject(shape, live.apiVersion, live.kind);
  const before = { ...options, manager: 'before-first-apply' };
  return updatedOwners(owners, empty, live as unknown as JsonObject, shape, before);
}

interface Outcome {
  readonly object: JsonObject;
  readonly owners: Owners;
  /** Whether anything but ownership changes. */
  readonly changed: boolean;
  readonly self: string;
}

/** An owner's version may find in an object what the version of the request does not. */
function compared(...args: Parameters<typeof attempt>): Outcome {
  try {
    return attempt(...args);
  } catch (error) {
    if (error instanceof ItemFault) throw internalError(`failed to compare objects: ${error.message}`);
    throw error;
  }
}

/** An object that an apply creates is what is applied. */
function first(config: JsonObject, shape: TypedSchema, options: Apply): Outcome {
  const manager: Manager = { ...options, operation: 'Apply' };
  const self = idOf(manager);
  const owner = ownerOf(manager, undefined, within(fieldsIn(typeOf(shape), config), options));
  return { object: config, owners: withTracked(new Map([[self, owner]]), self), changed: true, self };
}

function attempt(current: KubeObject, config: JsonObject, shape: TypedSchema, options: Apply): Outcome {
  const live = current as unknown as JsonObject;
  const type = typeOf(shape);
  const manager: Manager = { ...options, operation: 'Apply' };
  const self = idOf(manager);
  const owners = new Map(reconciledOwners(ownersOf(current, shape, options), options, shape));
  const last = owners.get(self);
  owners.set(self, ownerOf(manager, last?.time, within(fieldsIn(type, config), options)));
  const object = pruned(merged(type, live, config) as JsonObject, owners, last, shape, options) as JsonObject;
  const effect = effectOn(owners, self, new Change(options, shape, live, object));
  check(conflictsOf(effect.conflicts, owners), live, shape, options);
  const changed = !sameJson(live, object);
  return { object, owners: withTracked(effect.owners, self), changed, self };
}

function check(conflicts: readonly Conflict[], live: JsonObject, shape: TypedSchema, options: Apply): void {
  if (conflicts.length === 0 || options.force) return;
  const allowed = allowedByAnnotation(live, shape, options);
  const left = conflicts.filter(({ path }) => !allowed.has(path));
  if (left.length > 0) throw conflictError(left);
}

function withTracked(owners: Owners, self: string): Owners {
  const left = new Map(owners);
  const owner = left.get(self);
  if (owner === undefined) return left;
  const set = tracked(owner.set);
  if (set.empty) left.delete(self);
  else left.set(self, { ...owner, set });
  return left;
}

/** An entry gets a new time only when the object changes. */
function withManaged({ object, owners, changed, self }: Outcome, time: string): JsonObject {
  const timed = new Map(owners);
  const owner = timed.get(self);
  if (owner !== undefined && changed) timed.set(self, { ...owner, time } satisfies Owner);
  const metadata = fieldsOf(isObject(object['metadata']) ? object['metadata'] : {});
  if (timed.size === 0) metadata.delete('managedFields');
  else metadata.set('managedFields', writeOwners(timed) as unknown as Json);
  return { ...object, metadata: fromFields(metadata) };
}
