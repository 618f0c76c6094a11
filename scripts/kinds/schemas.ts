import type { Schema } from '../../src/cluster/schema/index.ts';

/** Without descriptions, which are ours to write; a property of that name is kept. */
export function withoutDescriptions(schema: unknown): Schema {
  return stripped(schema, false) as Schema;
}

function stripped(value: unknown, properties: boolean): unknown {
  if (Array.isArray(value)) return value.map(item => stripped(item, false));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([key, inner]) => properties || key !== 'description' || typeof inner !== 'string')
    .map(([key, inner]) => [key, stripped(inner, key === 'properties' && !properties)] as const);
  return Object.fromEntries(entries);
}

/** Definitions of one file: by package, then by kind. */
export type Packages = Readonly<Record<string, Readonly<Record<string, Schema>>>>;

/** A file of definitions: what occurs more than once lies in `shared`, and `{"$": 7}` stands for it. */
export interface DefinitionsFile {
  readonly packages: unknown;
  readonly shared: readonly unknown[];
}

/** Shorter ones cost more as a reference. */
const worthSharing = 48;

/**
 * Takes out what occurs more than once. A definition of KServe holds the specification of a pod ten times and more, so that this is a
 * small part of the whole. An entry of `shared` names only entries before it.
 */
export function shared(packages: Packages): DefinitionsFile {
  const counts = new Map<string, number>();
  count(packages, counts);
  const table: unknown[] = [];
  const places = new Map<string, number>();
  const write = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    const text = JSON.stringify(value);
    const common = text.length >= worthSharing && (counts.get(text) ?? 0) > 1;
    const known = common ? places.get(text) : undefined;
    if (known !== undefined) return { $: known };
    const written = Array.isArray(value)
      ? value.map(write)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, write(inner)]));
    if (!common) return written;
    places.set(text, table.length);
    table.push(written);
    return { $: table.length - 1 };
  };
  return { packages: write(packages), shared: table };
}

/** How often each part occurs; the insides of what occurs again are counted once. */
function count(value: unknown, counts: Map<string, number>): void {
  if (value === null || typeof value !== 'object') return;
  if (Object.hasOwn(value, '$')) throw new Error('A schema has a property that stands for what is shared');
  const text = JSON.stringify(value);
  if (text.length >= worthSharing) {
    const before = counts.get(text) ?? 0;
    counts.set(text, before + 1);
    if (before > 0) return;
  }
  for (const inner of Object.values(value)) count(inner, counts);
}
