import type { ManagedFieldsEntry } from '../../meta/index.ts';
import { compareTexts } from '../fields/element.ts';
import type { FieldSet } from '../fields/fieldset.ts';
import { readFields, writeFields } from '../fields/wire.ts';

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

/** The owners that a list of entries says; undefined when an entry is malformed. */
export function readOwners(entries: readonly ManagedFieldsEntry[] | undefined): Owners | undefined {
  const owners = new Map<string, Owner>();
  for (const entry of entries ?? []) {
    const owner = readOwner(entry);
    if (owner === undefined) return undefined;
    owners.set(idOf(owner), owner);
  }
  return owners;
}

function readOwner(entry: ManagedFieldsEntry): Owner | undefined {
  const { manager = '', operation, apiVersion = '', subresource = '', time, fieldsType, fieldsV1 } = entry;
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  if (apiVersion === '' || fieldsType !== 'FieldsV1') return undefined;
  try {
    return { manager, operation, apiVersion, subresource, time, set: readFields(fieldsV1 ?? {}) };
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
