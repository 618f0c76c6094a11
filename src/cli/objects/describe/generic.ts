import type { KubeObject } from '../../../cluster/meta/index.ts';
import { goText } from '../escape.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import type { Description } from './writer.ts';

/** Fields that stand above, or that nobody reads. */
const elsewhere = new Set([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
]);

/** Deeper fields are not shown: an object of the API has no such depth. */
const deepest = 200;

/** Every field of an object of any kind (kubectl's generic describer). */
export function describeAny(out: Description, object: KubeObject): void {
  const { name = '', namespace = '', labels, annotations } = object.metadata;
  out.line(0, 'Name:', name);
  out.line(0, 'Namespace:', namespace);
  describeLabels(out, 'Labels', labels);
  describeAnnotations(out, 'Annotations', annotations);
  describeFields(out, 0, object, '');
}

function describeFields(out: Description, level: number, fields: object, path: string): void {
  if (level > deepest) return;
  for (const [field, value] of Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const below = `${path}.${field}`;
    if (elsewhere.has(below)) continue;
    const label = labelFor(field);
    if (Array.isArray(value)) {
      out.line(level, `${label}:`);
      for (const item of value) {
        if (isFields(item)) describeFields(out, level + 1, item, below);
        else out.line(level + 1, shown(item));
      }
    } else if (isFields(value)) {
      out.line(level, `${label}:`);
      describeFields(out, level + 1, value, below);
    } else out.line(level, `${label}:`, shown(value));
  }
}

function isFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === null ? '<nil>' : goText(value);
}

const acronyms = new Set(['API', 'URL', 'UID', 'GUID']);

/** `storageUri` is `Storage Uri`; names with other characters than letters and dashes stay. */
export function labelFor(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  return merged(camelCaseParts(field))
    .map(part => (acronyms.has(part.toUpperCase()) ? part.toUpperCase() : capital(part)))
    .join(' ');
}

function capital(part: string): string {
  return part.slice(0, 1).toUpperCase() + part.slice(1);
}

/** Runs of lower case, upper case and dashes; the last of several capitals begins the word after it. */
function camelCaseParts(field: string): readonly string[] {
  return field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{L}+?|-+/gu) ?? [];
}

/** An acronym and the capital word after it are one: `podIPs` is `Pod IPs`. */
function merged(parts: readonly string[]): readonly string[] {
  const result: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const [part = '', next = ''] = [parts[at], parts[at + 1]];
    const isAcronym = part.length >= 2 && part === part.toUpperCase() && /\p{L}/u.test(part);
    if (isAcronym && /^\p{Lu}/u.test(next)) {
      result.push(part + next);
      at++;
    } else result.push(part);
  }
  return result;
}
