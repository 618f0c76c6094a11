import { type FieldError, invalidValue } from '../../meta/index.ts';
import { isFields } from '../walk.ts';

/** Where the numbers of a scale stand in an object. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

const most = 2 ** 31 - 1;

/** What a custom object's own numbers of replicas must be for the `scale` subresource. */
export function scaleErrors(object: unknown, paths: ScalePaths, part: 'all' | 'status'): FieldError[] {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = paths;
  return [
    ...(part === 'all' ? replicasErrors(object, specReplicasPath) : []),
    ...replicasErrors(object, statusReplicasPath),
    ...(labelSelectorPath === undefined ? [] : selectorErrors(object, labelSelectorPath)),
  ];
}

function replicasErrors(object: unknown, path: string): FieldError[] {
  const found = at(object, path);
  if ('fault' in found) return [invalidValue(path, 0, found.fault)];
  const { value } = found;
  if (value === undefined) return [];
  if (typeof value !== 'number' || !Number.isInteger(value))
    return [invalidValue(path, 0, mismatch(path, value, 'int64'))];
  if (value < 0) return [invalidValue(path, value, 'should be a non-negative integer')];
  return value > most ? [invalidValue(path, value, `should be less than or equal to ${most}`)] : [];
}

function selectorErrors(object: unknown, path: string): FieldError[] {
  const found = at(object, path);
  if ('fault' in found) return [invalidValue(path, '', found.fault)];
  const { value } = found;
  return value === undefined || typeof value === 'string'
    ? []
    : [invalidValue(path, '', mismatch(path, value, 'string'))];
}

/** As apimachinery's nested accessors say what stood in the way. */
function mismatch(path: string, value: unknown, wanted: string): string {
  return `${path} accessor error: ${goText(value)} is of the type ${goType(value)}, expected ${wanted}`;
}

function at(object: unknown, path: string): { readonly value: unknown } | { readonly fault: string } {
  let value = object;
  const names = path.replace(/^\./, '').split('.');
  for (const [index, name] of names.entries()) {
    if (value === undefined) return { value };
    if (!isFields(value)) {
      const above = `.${names.slice(0, index).join('.')}`;
      if (value === null) return { value: undefined };
      return { fault: mismatch(above, value, 'map[string]interface{}') };
    }
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return { value };
}

function goType(value: unknown): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'object' ? 'map[string]interface {}' : 'string';
}

/** Go's `%v`. */
function goText(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value);
  const entries = Object.entries(value as Record<string, unknown>).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`;
}
