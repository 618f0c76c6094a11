import type { Schema } from '../schema.ts';
import { mapValueOf, propertyOf } from '../walk.ts';

/** The schema that a path leads to, or why it leads nowhere. */
type Found = { readonly schema: Schema } | { readonly fault: string };

/**
 * Follows a path of fields and keys (`.spec.size`, `.labels['a.b']`) through a schema, with the messages of apiextensions'
 * `ValidFieldPath`.
 */
export function followFieldPath(path: string, schema: Schema, brackets = true): Found {
  const tokens = path.match(/'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]]+/g) ?? [];
  let current = schema;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as string;
    if (token !== '.' && token !== '[') return { fault: `expected [ or . but got: ${token}` };
    if (token === '[' && !brackets) return { fault: 'array notation is not allowed' };
    at += 1;
    let name = tokens[at];
    if (name === undefined) return { fault: 'unexpected end of JSON path' };
    if (token === '[') {
      if (!/^'.*'$/s.test(name)) return { fault: `expected single quoted string but got ${name}` };
      name = name.slice(1, -1).replaceAll(/\\(.)/g, '$1');
      at += 1;
      if (tokens[at] === undefined) return { fault: 'unexpected end of JSON path' };
      if (tokens[at] !== ']') return { fault: `expected ] but got ${tokens[at]}` };
    }
    const next = current.properties === undefined ? mapValueOf(current) : propertyOf(current, name);
    if (next === undefined) return { fault: 'does not refer to a valid field' };
    current = next;
  }
  return { schema: current };
}

export function fieldPathFault(path: string, schema: Schema): string | undefined {
  const found = followFieldPath(path, schema);
  return 'fault' in found ? found.fault : undefined;
}
