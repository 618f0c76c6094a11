import type { Json } from '../../meta/index.ts';
import type { Definitions, Schema, TypedSchema } from '../../schema/index.ts';

export type Scalar = 'numeric' | 'string' | 'boolean' | 'untyped';

export interface ListType {
  /** Changed and owned as a whole. */
  readonly atomic: boolean;
  /** What elements are known by; empty for a set of scalars. */
  readonly keys: readonly string[];
  readonly element: Type;
}

export interface MapType {
  readonly atomic: boolean;
  /** No field is declared and any is allowed: its type follows from its value. */
  readonly deduced: boolean;
  /** The type of a field that is declared by name. */
  declared(name: string): Type | undefined;
  defaultOf(name: string): Json | undefined;
  /** The type of all other fields; absent when there may be none. */
  readonly rest: Type | undefined;
}

/** What a value may be (structured-merge-diff's `schema.Atom`): usually one of the three, any for untyped values. */
export interface Type {
  readonly scalar?: Scalar;
  readonly list?: ListType;
  readonly map?: MapType;
}

/** A value of any type, owned as a whole when it is a list or an object. */
const untyped: Type = {
  scalar: 'untyped',
  get list(): ListType {
    return untypedList;
  },
  map: {
    atomic: true,
    deduced: false,
    declared: () => undefined,
    defaultOf: () => undefined,
    get rest(): Type {
      return untyped;
    },
  },
};
const untypedList: ListType = { atomic: true, keys: [], element: untyped };

/** A value of any type whose objects are owned field by field. */
const deduced: Type = {
  scalar: 'untyped',
  list: untypedList,
  map: {
    atomic: false,
    deduced: true,
    declared: () => undefined,
    defaultOf: () => undefined,
    get rest(): Type {
      return deduced;
    },
  },
};

/** Named definitions that are something else than they say. */
const special: Readonly<Record<string, Type>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { scalar: 'untyped' },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': untyped,
};

/** Where a schema stands: whether fields that it does not know are kept there. */
interface Context {
  readonly definitions: Definitions;
  readonly preserve: boolean;
}

const known = new WeakMap<Schema, Map<boolean, Type>>();

/** The type that a shape describes (kube-openapi's `schemaconv`), made as it is walked and kept. */
export function typeOf({ schema, definitions }: TypedSchema): Type {
  return referenced(schema, { definitions, preserve: false });
}

function referenced(schema: Schema, context: Context): Type {
  const reference = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  if (reference === undefined) return described(schema, context);
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const target = context.definitions.get(name);
  const named = special[name];
  if (named !== undefined || target === undefined) return named ?? deduced;
  const type = described(target, { ...context, preserve: false });
  const relation = schema['x-kubernetes-map-type'];
  return relation === undefined ? type : overridden(type, relation === 'atomic');
}

/** A field may say of the type that it refers to whether it is one piece. */
function overridden(type: Type, atomic: boolean): Type {
  if (type.map !== undefined) return { ...type, map: { ...type.map, rest: type.map.rest, atomic } };
  return type.list === undefined ? type : { ...type, list: { ...type.list, atomic } };
}

function described(schema: Schema, context: Context): Type {
  const preserve = context.preserve || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const types = known.get(schema) ?? new Map<boolean, Type>();
  known.set(schema, types);
  const found = types.get(preserve);
  if (found !== undefined) return found;
  const type = made(schema, { ...context, preserve });
  types.set(preserve, type);
  return type;
}

function made(schema: Schema, context: Context): Type {
  if (schema.type === 'object') return { map: mapOf(schema, context) };
  if (schema.type === 'array') return { list: listOf(schema, context) };
  if (schema.type !== undefined) return { scalar: scalarOf(schema) };
  return { scalar: 'untyped', list: listOf(schema, context), map: mapOf(schema, context) };
}

function scalarOf({ type, format }: Schema): Scalar {
  if (type === 'boolean') return 'boolean';
  if (type === 'integer' || type === 'number') return 'numeric';
  return format === undefined || format === '' || format === 'byte' ? 'string' : 'untyped';
}

function mapOf(schema: Schema, context: Context): MapType {
  const properties = schema.properties ?? {};
  const declared = new Map<string, Type>();
  return {
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    get deduced(): boolean {
      return schema.properties === undefined && restOf(schema, context) === deduced;
    },
    declared: name => {
      if (!Object.hasOwn(properties, name)) return undefined;
      const type = declared.get(name) ?? referenced(properties[name] as Schema, context);
      declared.set(name, type);
      return type;
    },
    defaultOf: name => (Object.hasOwn(properties, name) ? properties[name]?.default : undefined),
    get rest(): Type | undefined {
      return restOf(schema, context);
    },
  };
}

function restOf(schema: Schema, context: Context): Type | undefined {
  const { additionalProperties, properties } = schema;
  if (additionalProperties === undefined) {
    return context.preserve || Object.keys(properties ?? {}).length === 0 ? deduced : undefined;
  }
  if (typeof additionalProperties === 'object') return referenced(additionalProperties, context);
  return additionalProperties ? deduced : undefined;
}

function listOf(schema: Schema, context: Context): ListType {
  const { items } = schema;
  return {
    ...relationOf(schema),
    get element(): Type {
      return items === undefined ? untyped : referenced(items, context);
    },
  };
}

function relationOf(schema: Schema): Pick<ListType, 'atomic' | 'keys'> {
  const atomic = { atomic: true, keys: [] };
  const type = schema['x-kubernetes-list-type'];
  if (type === 'map') return { atomic: false, keys: schema['x-kubernetes-list-map-keys'] ?? [] };
  if (type !== undefined) return type === 'set' ? { atomic: false, keys: [] } : atomic;
  const strategies = (schema['x-kubernetes-patch-strategy'] ?? '').split(',');
  if (!strategies.includes('merge')) return atomic;
  const key = schema['x-kubernetes-patch-merge-key'];
  return { atomic: false, keys: key === undefined ? [] : [key] };
}

/** The alternative of a type that a value is; the type itself when the value is null, absent or fits none. */
export function alternative(type: Type, value: Json | undefined): Type {
  if (value === undefined || value === null) return type;
  if (Array.isArray(value)) return type.list === undefined ? type : only(type, 'list');
  if (typeof value === 'object') return type.map === undefined ? type : only(type, 'map');
  return type.scalar === undefined ? type : only(type, 'scalar');
}

function only(type: Type, part: keyof Type): Type {
  const others = (['scalar', 'list', 'map'] as const).filter(name => name !== part);
  if (others.every(name => type[name] === undefined)) return type;
  return { [part]: type[part] };
}

/** The type of a field of a map. */
export function fieldType(map: MapType, name: string): Type | undefined {
  return map.declared(name) ?? map.rest;
}
