import type { Json, ManagedFieldsEntry } from '../../meta/index.ts';
import { compareTexts } from '../fields/element.ts';
import type { FieldSet } from '../fields/fieldset.ts';
import { readFields, writeFields } from '../fields/wire.ts';
import { isObject } from '../values.ts';

/** Who owns fields: a manager's writes of one kind, in one version, through one subresource. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
}

export interface Owner extends Manager {
  readonly time: string | undefined;
  readonly set: FieldSet;
}

/** Owners by what tells them apart. */
export type Owners = ReadonlyMap<string, Owner>;

/** What tells a manager from others; one that applies is the same in every version. Conflicts are sorted by it. */
export function idOf({ manager, operation, apiVersion, subresource }: Manager): string {
  return JSON.stringify({
    ...(manager !== '' && { manager }),
    operation,
    ...(operation === 'Update' && { apiVersion }),
    ...(subresource !== '' && { subresource }),
  });
}

/** The owners that a list of entries says; undefined when an entry is malformed, which one of a client's may be in any way. */
export function readOwners(entries: readonly ManagedFieldsEntry[] | undefined): Owners | undefined {
  const owners = new Map<string, Owner>();
  for (const entry of Array.isArray(entries) ? entries : []) {
    const owner = readOwner(entry as unknown);
    if (owner === undefined) return undefined;
    owners.set(idOf(owner), owner);
  }
  return owners;
}

function readOwner(entry: unknown): Owner | undefined {
  if (!isObject(entry)) return undefined;
  const { operation, fieldsType, fieldsV1 } = entry;
  const [manager, apiVersion, subresource, time] = ['manager', 'apiVersion', 'subresource', 'time'].map(
    name => entry[name] ?? '',
  );
  if (![manager, apiVersion, subresource, time].every(text => typeof text === 'string')) return undefined;
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  const set = apiVersion === '' || fieldsType !== 'FieldsV1' ? undefined : setOf(fieldsV1);
  if (set === undefined) return undefined;
  const head = { manager, apiVersion, subresource } as Pick<Owner, 'manager' | 'apiVersion' | 'subresource'>;
  return { ...head, operation, time: time === '' ? undefined : (time as string), set };
}

function setOf(fields: Json | undefined): FieldSet | undefined {
  const object = fields ?? {};
  if (!isObject(object)) return undefined;
  try {
    return readFields(object);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The entries of owners, in the order that the real server keeps. */
export function writeOwners(owners: Owners): ManagedFieldsEntry[] {
  return [...owners.values()].toSorted(compareOwners).map(writeOwner);
}

function writeOwner({ manager, operation, apiVersion, subresource, time, set }: Owner): ManagedFieldsEntry {
  return {
    ...(manager !== '' && { manager }),
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: writeFields(set),
    ...(subresource !== '' && { subresource }),
  };
}

/** Those that apply first, then by time. */
function compareOwners(a: Owner, b: Owner): number {
  return (
    compareTexts(a.operation, b.operation) ||
    secondsOf(a) - secondsOf(b) ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  );
}

export function secondsOf({ time }: Owner): number {
  const milliseconds = time === undefined ? 0 : Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}
