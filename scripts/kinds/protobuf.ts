/**
 * Reads how Kubernetes writes its own kinds in protocol buffers: the tags of the Go types in `types.go` hold the number of each
 * field, its name in JSON, and whether it is left out when empty.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A field: number, name in JSON, kind, name of the message for those of kind `m`, and marks. */
export type FieldRow = readonly [number: number, name: string, kind: string, message: string, marks: string];

/** A message by its name: its fields; those with the name '' belong to the message around it. */
export type Messages = Record<string, readonly FieldRow[]>;

interface GoPackage {
  /** `k8s.io/api/core/v1`. */
  readonly path: string;
  readonly structs: Map<string, readonly GoField[]>;
  readonly aliases: Map<string, string>;
  readonly imports: Map<string, string>;
}

interface GoField {
  readonly type: string;
  readonly tag: string;
  readonly embedded: boolean;
}

/** Types that are written in a way of their own, and the letter of their kind. */
const special: Readonly<Record<string, string>> = {
  'k8s.io/apimachinery/pkg/apis/meta/v1.Time': 't',
  'k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime': 'u',
  'k8s.io/apimachinery/pkg/apis/meta/v1.Duration': 'D',
  'k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1': 'F',
  'k8s.io/apimachinery/pkg/api/resource.Quantity': 'q',
  'k8s.io/apimachinery/pkg/util/intstr.IntOrString': 'x',
  'k8s.io/apimachinery/pkg/runtime.RawExtension': 'r',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON': 'r',
};

const scalars: Readonly<Record<string, string>> = {
  string: 's',
  bool: 'b',
  int: 'i',
  int32: 'i',
  int64: 'i',
  uint32: 'i',
  uint64: 'i',
  float64: 'd',
  '[]byte': 'y',
};

/** Reads the messages that the given ones are made of. `roots` are `k8s.io/api/core/v1.Pod`; `folders` give a module's folder. */
export function messagesOf(
  roots: readonly string[],
  folderOf: (path: string) => string | undefined,
): Messages {
  const reader = new Reader(folderOf);
  for (const root of roots) reader.message(root);
  return reader.messages;
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly {
    readonly kind: string;
    readonly subresources?: readonly {
      readonly kind?: string;
      readonly group?: string;
      readonly version?: string;
    }[];
  }[];
}

/** The messages that bodies of requests may be: every kind, those of subresources, and the options of a deletion. */
export function rootsOf(groups: readonly unknown[]): string[] {
  const roots = new Set(['k8s.io/apimachinery/pkg/apis/meta/v1.DeleteOptions']);
  for (const { group, version, resources } of groups as GroupVersion[]) {
    for (const { kind, subresources = [] } of resources) {
      roots.add(rootOf(group, version, kind));
      for (const { kind: name, group: other = '', version: its } of subresources) {
        if (name !== undefined && its !== undefined) roots.add(rootOf(other, its, name));
      }
    }
  }
  return [...roots].filter(root => !root.endsWith('Options') || root.includes('meta/v1'));
}

function rootOf(group: string, version: string, kind: string): string {
  const name = group === '' ? 'core' : (group.split('.')[0] as string);
  if (name === 'apiextensions')
    return `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/${version}.${kind}`;
  if (name === 'apiregistration') return `k8s.io/kube-aggregator/pkg/apis/${name}/${version}.${kind}`;
  return `k8s.io/api/${name}/${version}.${kind}`;
}

class Reader {
  readonly messages: Messages = {};
  readonly #folderOf: (path: string) => string | undefined;
  readonly #packages = new Map<string, GoPackage>();

  constructor(folderOf: (path: string) => string | undefined) {
    this.#folderOf = folderOf;
  }

  message(name: string): void {
    if (this.messages[name] !== undefined) return;
    const { go, type } = this.#named(name);
    const fields = go.structs.get(type);
    this.messages[name] = [];
    const alias = go.aliases.get(type);
    if (fields === undefined) {
      // A named list is a message of its own, with the items in its first field.
      if (alias?.startsWith('[]') !== true) throw new Error(`no struct ${name}`);
      this.messages[name] = [this.#row(go, 1, '', alias, '')];
      return;
    }
    this.messages[name] = fields.map(field => this.#fieldRow(go, field)).filter(row => row !== undefined);
  }

  #named(name: string): { go: GoPackage; type: string } {
    const dot = name.lastIndexOf('.');
    return { go: this.#package(name.slice(0, dot)), type: name.slice(dot + 1) };
  }

  #fieldRow(go: GoPackage, { type, tag, embedded }: GoField): FieldRow | undefined {
    const proto = /protobuf:"([^"]*)"/.exec(tag)?.[1];
    const number = Number(proto?.split(',')[1]);
    const [json = '', ...options] = (/json:"([^"]*)"/.exec(tag)?.[1] ?? '').split(',');
    if (proto === undefined || proto === '-' || !Number.isInteger(number) || json === '-') return undefined;
    const inlined = json === '' && embedded;
    const called = /name=(\w+)/.exec(proto)?.[1] ?? '';
    const marks = options.includes('omitempty') || options.includes('omitzero') ? 'o' : '';
    return this.#row(go, number, inlined ? '' : json === '' ? called : json, type, marks);
  }

  #row(go: GoPackage, number: number, name: string, type: string, marks: string): FieldRow {
    if (type.startsWith('*')) return this.#row(go, number, name, type.slice(1), `${marks}p`);
    const scalar = scalars[type];
    if (scalar !== undefined) return [number, name, scalar, '', marks];
    const map = /^map\[([^\]]+)\](.+)$/.exec(type);
    if (map !== null) return this.#row(go, number, name, map[2] as string, `${marks}k`);
    if (type.startsWith('[]')) return this.#row(go, number, name, type.slice(2), `${marks}l`);
    return this.#namedRow(go, number, name, type, marks);
  }

  #namedRow(go: GoPackage, number: number, name: string, type: string, marks: string): FieldRow {
    const full = this.#full(go, type);
    const letter = special[full];
    if (letter !== undefined) return [number, name, letter, '', marks];
    const { go: owner, type: local } = this.#named(full);
    const alias = owner.aliases.get(local);
    if (alias === undefined || (alias.startsWith('[]') && alias !== '[]byte')) {
      this.message(full);
      return [number, name, 'm', full, marks];
    }
    return this.#row(owner, number, name, alias, marks);
  }

  #full(go: GoPackage, type: string): string {
    const dot = type.indexOf('.');
    if (dot < 0) return `${go.path}.${type}`;
    const path = go.imports.get(type.slice(0, dot));
    if (path === undefined) throw new Error(`no import for ${type} in ${go.path}`);
    return `${path}.${type.slice(dot + 1)}`;
  }

  #package(path: string): GoPackage {
    const known = this.#packages.get(path);
    if (known !== undefined) return known;
    const folder = this.#folderOf(path);
    if (folder === undefined || !existsSync(folder)) throw new Error(`no folder for ${path}`);
    const go: GoPackage = { path, structs: new Map(), aliases: new Map(), imports: new Map() };
    for (const file of readdirSync(folder)) {
      if (
        !file.endsWith('.go') ||
        file.endsWith('_test.go') ||
        file.startsWith('zz_') ||
        file.endsWith('.pb.go')
      )
        continue;
      readInto(go, readFileSync(join(folder, file), 'utf8'));
    }
    this.#packages.set(path, go);
    return go;
  }
}

function readInto(go: GoPackage, text: string): void {
  for (const [, alias, path] of text.matchAll(
    /^\s*(?:import\s+)?([A-Za-z0-9_]+)?\s*"([^"\s]+\/[^"\s]+)"$/gm,
  )) {
    const last = (path as string).split('/');
    const [own = '', above = ''] = last.toReversed();
    go.imports.set(alias ?? (/^v\d/.test(own) && last.length > 3 ? above : own), path as string);
    if (alias === undefined) go.imports.set(own, path as string);
  }
  for (const [, name, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    go.structs.set(name as string, [...fieldsOf(body as string)]);
  }
  for (const [, name] of text.matchAll(/^type (\w+) struct\s*\{\s*\}$/gm)) go.structs.set(name as string, []);
  for (const [, name, type] of text.matchAll(/^type (\w+) ([\w.[\]*]+)$/gm))
    go.aliases.set(name as string, type as string);
}

function* fieldsOf(body: string): Generator<GoField> {
  for (const line of body.split('\n')) {
    const match = /^\s*(?:(\w+)\s+)?(\*?[\w.[\]*]+)\s+`([^`]*)`/.exec(line);
    if (match !== null)
      yield { type: match[2] as string, tag: match[3] as string, embedded: match[1] === undefined };
  }
}
