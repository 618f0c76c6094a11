import type { Kind, Kinds } from '../kind.ts';
import { builtinKinds, type KindParts } from './builtin.ts';
import { compareGroups, compareVersions } from './order.ts';

/** Kinds that come and go with CustomResourceDefinitions, beside those that are always there. */
export interface ChangingKinds extends Kinds {
  /**
   * Serves the kinds of a definition, one a version, instead of those that it had before; none takes it away. A definition of a kind
   * that is built in changes nothing: what is built in stays.
   */
  set(group: string, plural: string, kinds: readonly Kind[]): void;
  /** Whether the kind is always there. */
  isBuiltin(group: string, plural: string): boolean;
}

interface Index {
  readonly all: readonly Kind[];
  readonly groups: Kinds['groups'];
  readonly byPath: ReadonlyMap<string, Kind>;
  readonly byKind: ReadonlyMap<string, Kind>;
}

/** The registry of kinds. */
export function createKinds(parts: KindParts): ChangingKinds {
  return new Registry(builtinKinds(parts));
}

class Registry implements ChangingKinds {
  readonly #builtin: readonly Kind[];
  readonly #custom = new Map<string, readonly Kind[]>();
  readonly #fixed: ReadonlySet<string>;
  #generation = 1;
  #index: Index;

  constructor(builtin: readonly Kind[]) {
    this.#builtin = builtin;
    this.#fixed = new Set(builtin.map(({ group, plural }) => `${group}/${plural}`));
    this.#index = indexed(builtin);
  }

  find(group: string, version: string, plural: string): Kind | undefined {
    return this.#index.byPath.get(`${group}/${version}/${plural}`);
  }

  findKind(group: string, version: string, kind: string): Kind | undefined {
    return this.#index.byKind.get(`${group}/${version}/${kind}`);
  }

  get all(): readonly Kind[] {
    return this.#index.all;
  }

  get groups(): Kinds['groups'] {
    return this.#index.groups;
  }

  get generation(): number {
    return this.#generation;
  }

  isBuiltin(group: string, plural: string): boolean {
    return this.#fixed.has(`${group}/${plural}`);
  }

  set(group: string, plural: string, kinds: readonly Kind[]): void {
    const key = `${group}/${plural}`;
    if (this.#fixed.has(key) || (kinds.length === 0 && !this.#custom.has(key))) return;
    if (kinds.length === 0) this.#custom.delete(key);
    else this.#custom.set(key, kinds);
    this.#index = indexed([...this.#builtin, ...[...this.#custom.values()].flat()]);
    this.#generation += 1;
  }
}

function indexed(kinds: readonly Kind[]): Index {
  const all = kinds.toSorted(
    (a, b) =>
      compareGroups(a.group, b.group) ||
      compareVersions(a.version, b.version) ||
      (a.plural < b.plural ? -1 : Number(a.plural > b.plural)),
  );
  const byPath = new Map<string, Kind>();
  const byKind = new Map<string, Kind>();
  const groups = new Map<string, Set<string>>();
  for (const kind of all) {
    const { group, version } = kind;
    byPath.set(`${group}/${version}/${kind.plural}`, kind);
    byKind.set(`${group}/${version}/${kind.kind}`, kind);
    const versions = groups.get(group) ?? new Set();
    groups.set(group, versions.add(version));
  }
  return {
    all,
    byPath,
    byKind,
    groups: [...groups].map(([group, versions]) => ({ group, versions: [...versions] })),
  };
}
