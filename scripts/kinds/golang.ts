import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../src/cluster/meta/index.ts';
import type { Schema } from '../../src/cluster/schema/index.ts';
import { folderOf } from './modules.ts';

/** What the generated Go code of the definitions says of a property and the published documents leave out. */
interface Property {
  readonly values?: readonly Json[];
  /** Of the members of a list or a map. */
  readonly memberValues?: readonly Json[];
}

/** Properties of a definition in the order of the fields of its Go type. */
type Properties = ReadonlyMap<string, Property>;

const source = 'pkg/generated/openapi/zz_generated.openapi.go';

/**
 * Reads Kubernetes' generated Go code of its definitions. The published documents are made from it with the values of enumerations
 * left out and the properties sorted, whereas a server publishes the values and writes fields in the order of the Go types.
 * @returns properties by the name of the definition
 */
export function goDefinitions(): ReadonlyMap<string, Properties> {
  const lines = readFileSync(join(folderOf('kubernetes'), source), 'utf8').split('\n');
  const names = functionNames(lines);
  const found = new Map<string, Properties>();
  for (let at = 0; at < lines.length; at++) {
    const name = names.get(/^func (schema_\w+)\(/.exec(lines[at] as string)?.[1] ?? '');
    if (name === undefined) continue;
    const end = lines.indexOf('}', at);
    found.set(name, propertiesOf(lines.slice(at, end)));
    at = end;
  }
  return found;
}

/** The definition that each function makes: `appsv1.Deployment{}` of package k8s.io/api/apps/v1 is io.k8s.api.apps.v1.Deployment. */
function functionNames(lines: readonly string[]): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  const names = new Map<string, string>();
  for (const line of lines) {
    const imported = /^\t(?:(\w+) )?"(k8s\.io\/[^"]+)"$/.exec(line);
    if (imported !== null) {
      const [, alias, path = ''] = imported;
      packages.set(
        alias ?? (path.split('/').at(-1) as string),
        path.replace('k8s.io', 'io.k8s').replaceAll('/', '.'),
      );
    }
    const made = /^\t\t(\w+)\.(\w+)\{\}\.OpenAPIModelName\(\):\s+(schema_\w+)\(ref\),$/.exec(line);
    if (made !== null) names.set(made[3] as string, `${packages.get(made[1] as string)}.${made[2]}`);
  }
  return names;
}

/** The code is formatted, so that how deep a line stands says what it belongs to. */
function propertiesOf(lines: readonly string[]): Properties {
  const properties = new Map<string, Property>();
  let name: string | undefined;
  let inMembers = false;
  for (const line of lines) {
    const start = /^\t{5}"([^"]+)": \{$/.exec(line);
    if (start !== null) {
      name = start[1] as string;
      inMembers = false;
      properties.set(name, {});
    } else if (/^\t{7}(Items|AdditionalProperties):/.test(line)) {
      inMembers = true;
    }
    const values = /^(\t+)Enum:\s+\[\]interface\{\}\{(.*)\},$/.exec(line);
    if (values === null || name === undefined) continue;
    const list = JSON.parse(`[${values[2]}]`) as Json[];
    if (values[1]?.length === 7) properties.set(name, { ...properties.get(name), values: list });
    else if (inMembers) properties.set(name, { ...properties.get(name), memberValues: list });
  }
  return properties;
}

/** A definition with its properties in the order of Go, and the values of enumerations. */
export function asInGo(schema: Schema, go: Properties | undefined): Schema {
  const { properties } = schema;
  if (properties === undefined || go === undefined) return schema;
  const places = [...go.keys()];
  const ordered = Object.entries(properties)
    .toSorted(([a], [b]) => places.indexOf(a) - places.indexOf(b))
    .map(([name, property]) => [name, withValues(property, go.get(name))] as const);
  return { ...schema, properties: Object.fromEntries(ordered) };
}

function withValues(property: Schema, go: Property = {}): Schema {
  const { values, memberValues } = go;
  const { items, additionalProperties } = property;
  const members = memberValues === undefined ? {} : { enum: memberValues };
  return {
    ...property,
    ...(values !== undefined && { enum: values }),
    ...(items !== undefined && { items: { ...items, ...members } }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: { ...additionalProperties, ...members },
    }),
  };
}
