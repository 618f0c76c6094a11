import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { FieldSet } from '../fields/fieldset.ts';
import { emptyObject } from '../typed/empty.ts';
import { ItemFault } from '../typed/items.ts';
import { capped } from './cap.ts';
import { idOf, type Manager, type Owner, type Owners, readOwners, writeOwners } from './managers.ts';
import { Change, effectOn, reconciledOwners, tracked, type Write } from './ownership.ts';

/**
 * Who owns which field after a create (`old` is absent), update or patch other than apply: what changed belongs to its manager now
 * (apimachinery's `managedfields`). `object` is complete, with the managedFields that the client sent. An empty list means that the
 * object has none. It never fails: what cannot be counted leaves the entries as they were, as in the real server.
 */
export function updateManaged(
  old: KubeObject | undefined,
  object: KubeObject,
  shape: TypedSchema,
  write: Write,
): ManagedFieldsEntry[] {
  const owners = ownersBefore(old, object, write);
  if (old?.metadata.uid !== undefined && owners.size === 0) return [];
  const live = old ?? emptyObject(shape, object.apiVersion, object.kind);
  try {
    return writeOwners(updatedOwners(owners, live as JsonObject, object as JsonObject, shape, write));
  } catch (error) {
    if (error instanceof ItemFault) return [...(old?.metadata.managedFields ?? [])];
    throw error;
  }
}

/**
 * The entries that count: those the client sent, else those that are stored, so that a client that does not know them does not
 * delete them; a single empty entry is its wish to have none.
 */
function ownersBefore(old: KubeObject | undefined, { metadata }: KubeObject, { subresource }: Write): Owners {
  const stored = readOwners(old?.metadata.managedFields) ?? new Map<string, Owner>();
  if (subresource !== '') return stored;
  const sent = metadata.managedFields;
  if (Array.isArray(sent) && isReset(sent)) return new Map();
  const owners = readOwners(sent);
  return owners === undefined || owners.size === 0 ? stored : owners;
}

function isReset(entries: readonly ManagedFieldsEntry[]): boolean {
  if (entries.length === 0) return true;
  return entries.length === 1 && Object.values(entries[0] ?? {}).every(isUnset);
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** The owners after an update of `live` to `object`. */
export function updatedOwners(
  owners: Owners,
  live: JsonObject,
  object: JsonObject,
  shape: TypedSchema,
  write: Write,
): Owners {
  const manager: Manager = { ...write, operation: 'Update' };
  const id = idOf(manager);
  const change = new Change(write, shape, live, object);
  const left = new Map(effectOn(reconciledOwners(owners, write, shape), '', change).owners);
  const taken = tracked(change.own.changed);
  if (!taken.empty) {
    const set = (left.get(id)?.set ?? new FieldSet()).union(taken);
    left.set(id, ownerOf(manager, write.time, set));
  }
  return capped(left);
}

export function ownerOf(
  { manager, operation, apiVersion, subresource }: Manager,
  time: string | undefined,
  set: FieldSet,
): Owner {
  return { manager, operation, apiVersion, subresource, time, set };
}
