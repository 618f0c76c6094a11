import {
  apiVersionOf,
  internalError,
  type Json,
  type JsonObject,
  type KubeObject,
  parseApiVersion,
} from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { emptyObject } from '../typed/empty.ts';
import { fieldsIn } from '../typed/fieldsof.ts';
import { merged } from '../typed/merge.ts';
import { typeOf } from '../typed/shapes.ts';
import { faultText, typeFaults } from '../typed/validate.ts';
import { assertShallow, fieldsOf, fromFields, isObject, same } from '../values.ts';
import { type Conflict, conflictError, conflictsOf } from './conflicts.ts';
import { allowedByAnnotation, withAnnotation } from './lastapplied.ts';
import { idOf, type Manager, type Owner, type Owners, readOwners, writeOwners } from './managers.ts';
import { Change, effectOn, reconciledOwners, tracked, type Write } from './ownership.ts';
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
  const before = (live ?? emptyObject(shape, applied.apiVersion, applied.kind)) as JsonObject;
  checkTypes(config, before, shape);
  const owners = ownersOf(live, before, shape, options);
  const result = attempt(before, config, shape, owners, options);
  return withAnnotation(withManaged(result, options.time), config, options.manager);
}

function checkTypes(config: JsonObject, live: JsonObject, shape: TypedSchema): void {
  const type = typeOf(shape);
  const faults = typeFaults(type, config, 'refused');
  if (faults.length > 0) {
    throw internalError(`failed to create typed patch object (${placeOf(config)}): ${faultText(faults)}`);
  }
  const old = typeFaults(type, live, 'allowed');
  if (old.length === 0) return;
  throw internalError(`failed to create typed live object (${placeOf(live)}): ${faultText(old)}`);
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
function ownersOf(
  live: KubeObject | undefined,
  before: JsonObject,
  shape: TypedSchema,
  options: Apply,
): Owners {
  const owners = readOwners(live?.metadata.managedFields);
  if (owners === undefined) throw internalError('failed to decode managed fields');
  if (owners.size > 0 || live === undefined) return owners;
  const empty = emptyObject(shape, live.apiVersion, live.kind);
  return updatedOwners(owners, empty, before, shape, { ...options, manager: 'before-first-apply' });
}

interface Outcome {
  readonly object: JsonObject;
  readonly owners: Owners;
  /** Whether anything but ownership changes. */
  readonly changed: boolean;
  readonly self: string;
}

function attempt(
  live: JsonObject,
  config: JsonObject,
  shape: TypedSchema,
  known: Owners,
  options: Apply,
): Outcome {
  const type = typeOf(shape);
  const manager: Manager = { ...options, operation: 'Apply' };
  const self = idOf(manager);
  const owners = new Map(reconciledOwners(known, options, shape));
  const last = owners.get(self);
  const set = new Change(options, shape, live, config).within(fieldsIn(type, config));
  owners.set(self, ownerOf(manager, last?.time, set));
  const whole = merged(type, live, config) as JsonObject;
  const object = pruned(whole, owners, last, shape) as JsonObject;
  const effect = effectOn(owners, self, new Change(options, shape, live, object));
  check(conflictsOf(effect.conflicts, owners), live, shape, options);
  return {
    object,
    owners: withTracked(effect.owners, self),
    changed: !same(live, object),
    self,
  };
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
