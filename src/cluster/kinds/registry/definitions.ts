import type { Definitions, Schema } from '../../schema/index.ts';

const prefix = '#/components/schemas/';

/** The name of a definition that a reference names. */
export function nameOfReference(reference: string): string {
  return reference.startsWith(prefix) ? reference.slice(prefix.length) : reference;
}

/**
 * Definitions that lie as JSON, one text a package (`io.k8s.api.core.v1`), each parsed when one of its definitions is first asked for:
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
    let members = this.#parsed.get(name);
    if (members === undefined && Object.hasOwn(this.#texts, name)) {
      members = new Map(Object.entries(JSON.parse(this.#texts[name] as string) as Record<string, Schema>));
      this.#parsed.set(name, members);
    }
    return members;
  }
}
