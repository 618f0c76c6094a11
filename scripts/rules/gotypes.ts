/**
 * Reads how Kubernetes' internal Go types are written as JSON, which messages about values that are structs quote, and writes it as
 * data: names of fields in Go, their names in the API and their types.
 *
 *   node scripts/rules/gotypes.ts
 *
 * Needs the Go command; the module is the one named below.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const version = '1.37.2';
const groups = ['core', 'apps', 'batch', 'autoscaling', 'policy', 'networking', 'rbac'];
const versions: Readonly<Record<string, string>> = { autoscaling: 'v2' };
const roots = [
  'PodSpec',
  'PersistentVolumeClaimSpec',
  'PersistentVolumeClaim',
  'PersistentVolumeSource',
  'DeploymentStrategy',
  'DaemonSetUpdateStrategy',
  'StatefulSetUpdateStrategy',
  'PodTemplateSpec',
  'PodFailurePolicy',
  'SuccessPolicy',
  'PodDisruptionBudgetSpec',
  'ServicePort',
  'ScopeSelector',
  'Taint',
  'RoleRef',
  'IngressRule',
];

interface Field {
  readonly name: string;
  readonly type: string;
  readonly json: string;
  readonly embedded: boolean;
}

function directory(module: string): string {
  const text = execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' });
  return (JSON.parse(text) as { Dir: string }).Dir;
}

const structPattern = /^type (\w+) struct \{\n(.*?)^\}/gms;

function structsOf(text: string): Map<string, Field[]> {
  const plain = text.replace(/^\s*\/\/.*\n/gm, '');
  return new Map(
    [...plain.matchAll(structPattern)].map(([, name = '', body = '']) => [name, fieldsOf(body)]),
  );
}

function fieldsOf(body: string): Field[] {
  return body.split('\n').flatMap(line => {
    const match = /^\s*(?:(\w+)\s+)?([\w.*[\]]+)\s*(?:`([^`]*)`)?\s*(?:\/\/.*)?$/.exec(line);
    if (match === null || line.trim() === '') return [];
    const [, name, type = '', tag = ''] = match;
    const json = /json:"([^",]*)/.exec(tag)?.[1] ?? '';
    const own = name ?? type.replace(/^.*\./, '');
    return [{ name: own, type, json, embedded: name === undefined }];
  });
}

const kubernetes = directory(`k8s.io/kubernetes@v${version}`);
const api = directory(`k8s.io/api@v0${version.slice(1)}`);
const internal = new Map<string, Field[]>();
const external = new Map<string, Field[]>();
const scalars = new Map<string, string>();
for (const group of groups) {
  const inside = readFileSync(join(kubernetes, 'pkg/apis', group, 'types.go'), 'utf8');
  const outside = readFileSync(join(api, group, versions[group] ?? 'v1', 'types.go'), 'utf8');
  for (const [name, fields] of structsOf(inside)) if (!internal.has(name)) internal.set(name, fields);
  for (const [name, fields] of structsOf(outside)) if (!external.has(name)) external.set(name, fields);
  for (const [, name = '', type = ''] of inside.matchAll(
    /^type (\w+) (string|int32|int64|bool|map\[\w+\][\w.]+)$/gm,
  )) {
    scalars.set(name, type);
  }
}

function jsonName(struct: string, { name }: Field): string {
  const found = external.get(struct)?.find(field => field.name === name)?.json ?? '';
  return found === '' ? `${name.charAt(0).toLowerCase()}${name.slice(1)}` : found;
}

/** `string`, `int`, `bool`, `quantity`, `intstr`, a struct's name or `tagged` (structs with tags of their own), in `*`, `[]` and `{}`. */
function typeName(type: string): string {
  if (type.startsWith('*')) return `*${typeName(type.slice(1))}`;
  if (type.startsWith('[]')) return `[]${typeName(type.slice(2))}`;
  const map = /^map\[\w+\](.*)$/.exec(type);
  if (map !== null) return `{}${typeName(map[1] ?? '')}`;
  const bare = type.replace(/^.*\./, '');
  if (bare === 'string' || bare === 'bool') return bare;
  if (/^u?int\d*$/.test(bare)) return 'int';
  if (bare === 'Quantity') return 'quantity';
  if (bare === 'IntOrString') return 'intstr';
  if (scalars.has(bare)) return typeName(scalars.get(bare) ?? '');
  if (type === bare || /^(core|api|apps|batch)\./.test(type)) return internal.has(bare) ? bare : 'string';
  return bare === 'UID' ? 'string' : 'tagged';
}

type Row = readonly [string, string, string];

function rowsOf(struct: string): Row[] {
  return (internal.get(struct) ?? []).flatMap((field): Row[] => {
    const bare = field.type.replace(/^.*\./, '');
    if (field.embedded && internal.has(bare)) return rowsOf(bare);
    if (bare === 'TypeMeta') return [];
    if (bare === 'ObjectMeta') return [['', 'metadata', 'tagged']];
    return [[field.name, jsonName(struct, field), typeName(field.type)]];
  });
}

const types: Record<string, Row[]> = {};
const waiting = [...roots];
for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
  if (types[name] !== undefined || !internal.has(name)) continue;
  types[name] = rowsOf(name);
  waiting.push(...(types[name] ?? []).map(([, , type]) => type.replace(/[*[\]{}]/g, '')));
}
const sorted = Object.fromEntries(Object.entries(types).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const target = new URL('../../src/cluster/kinds/rules/difference/gotypes.ts', import.meta.url);
writeFileSync(
  target,
  `// Generated by scripts/rules/gotypes.ts from k8s.io/kubernetes@v${version}.
/** Fields of Go's structs (\`GoTypes\`), as JSON. */
export const goTypes = \`${JSON.stringify(sorted)}\`;
`,
);
