/**
 * Reads values whose types nobody has checked yet: what is of another type counts as absent, since admission sees an object before
 * its schema does.
 */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

/** The objects of a list. */
export function itemsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isFields) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Keys and texts of a map, as labels and annotations are. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(value) ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The value of a variable in a container's environment; empty when it comes from elsewhere. */
export function variableOf(container: Fields | undefined, name: string): string | undefined {
  const found = itemsOf(container?.['env']).find(one => one['name'] === name);
  return found === undefined ? undefined : (textOf(found['value']) ?? '');
}
