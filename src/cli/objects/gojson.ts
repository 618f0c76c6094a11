/** JSON as Go writes it: keys in alphabetical order, and what HTML gives a meaning escaped. */
export function goJson(value: unknown, indent = ''): string {
  return JSON.stringify(sorted(value), undefined, indent).replaceAll(
    /[<>&\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // A key such as __proto__ is a key like any other; keys that are whole numbers come first whatever we do.
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
