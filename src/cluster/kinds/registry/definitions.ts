import type { Definitions, Schema } from '../../schema/index.ts';

/** A text of definitions: `{"$": 7}` stands for the entry 7 of `shared`, which names only entries before it. */
interface Parsed {
  readonly packages: unknown;
  readonly shared: readonly unknown[];
}

type Packages = Readonly<Record<string, Readonly<Record<string, Schema>>>>;

/** Parses a text; what it shares is one object in memory, too. */
function parsed(text: string): Packages {
  const { packages, shared } = JSON.parse(text) as Parsed;
  const table: unknown[] = [];
  for (const entry of shared) table.push(whole(entry, table));
  return whole(packages, table) as Packages;
}

/** Puts what is shared in its places; `value` is fresh from the parser and changed in place. */
function whole(value: unknown, table: readonly unknown[]): unknown {
  if (value === null || typeof value !== 'object') return value;
  const fields = value as Record<string, unknown>;
  const at = fields['$'];
  if (typeof at === 'number') return table[at];
  for (const key in fields) {
    const inner = fields[key];
    if (inner !== null && typeof inner === 'object') fields[key] = whole(inner, table);
  }
  return value;
}

/**
 * Definitions that lie as JSON, a text for each package (`io.k8s.api.core.v1`) or for several, each parsed when one of its definitions is first asked for:
 * a server needs a few of them before its first answer, and most never. Definitions are named `<package>.<kind>`.
 */
export class LazyDefinitions implements Definitions {
  readonly #texts: Readonly<Record<string, string>>;
  readonly #parsed = new Map<string, ReadonlyMap<string, Schema>>();

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = texts;
  }

  get(name: string): Schema | undefined {
    const dot = name.lastIndexOf('.');
    return this.#package(name.slice(0, dot))?.get(name.slice(dot + 1));
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get size(): number {
    return [...this.keys()].length;
  }

  *entries(): MapIterator<[string, Schema]> {
    for (const name of Object.keys(this.#texts)) {
      for (const [kind, schema] of this.#package(name) ?? []) yield [`${name}.${kind}`, schema];
    }
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<Schema> {
    for (const [, schema] of this.entries()) yield schema;
  }

  [Symbol.iterator](): MapIterator<[string, Schema]> {
    return this.entries();
  }

  forEach(callback: (schema: Schema, name: string, all: Definitions) => void): void {
    for (const [name, schema] of this.entries()) callback(schema, name, this);
  }

  #package(name: string): ReadonlyMap<string, Schema> | undefined {
    if (!this.#parsed.has(name) && Object.hasOwn(this.#texts, name)) {
      for (const [member, schemas] of Object.entries(parsed(this.#texts[name] as string))) {
        this.#parsed.set(member, new Map(Object.entries(schemas)));
      }
    }
    return this.#parsed.get(name);
  }
}
