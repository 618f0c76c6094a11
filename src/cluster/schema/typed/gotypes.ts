import { mapValueOf, shapeOf, type Shape } from '../walk.ts';
import type { Definitions } from '../schema.ts';

/** `Container` of `io.k8s.api.core.v1.Container`. */
export function structName({ name }: Shape): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The Go type as messages name it: `int32`, `[]v1.Container`, `map[string]string`. */
export function goTypeOf(shape: Shape, definitions: Definitions): string {
  const { schema, name } = shape;
  if (name !== '') return name.split('.').slice(-2).join('.');
  if (schema.type === 'array') return `[]${goTypeOf(shapeOf(schema.items ?? {}, definitions), definitions)}`;
  if (schema.type === 'object') {
    const values = mapValueOf(schema);
    return values === undefined
      ? 'interface {}'
      : `map[string]${goTypeOf(shapeOf(values, definitions), definitions)}`;
  }
  return scalarType(schema);
}

function scalarType({ type, format }: Shape['schema']): string {
  if (type === 'integer') return format === 'int32' ? 'int32' : 'int64';
  if (type === 'number') return 'float64';
  if (type === 'boolean') return 'bool';
  if (type === 'string') return format === 'byte' ? '[]uint8' : 'string';
  return 'interface {}';
}
