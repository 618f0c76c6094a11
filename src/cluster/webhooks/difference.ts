/** An operation of a JSON patch (RFC 6902). */
export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** The operations that make one value of another; a list that differs is replaced whole. */
export function operationsBetween(before: unknown, after: unknown, path = ''): Operation[] {
  if (isFields(before) && isFields(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap(key => memberOperations(before, after, key, `${path}/${escaped(key)}`));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ op: 'replace', path, value: after }];
}

function memberOperations(before: Fields, after: Fields, key: string, path: string): Operation[] {
  const [from, to] = [before[key], after[key]];
  if (to === undefined) return from === undefined ? [] : [{ op: 'remove', path }];
  if (from === undefined) return [{ op: 'add', path, value: to }];
  return operationsBetween(from, to, path);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901 section 3. */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
