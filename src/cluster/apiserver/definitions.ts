import type { Admission, Lookup } from '../admission/index.ts';
import type { AskConversion, ChangingKinds, Kind } from '../kinds/index.ts';
import { forbidden, type KubeObject } from '../meta/index.ts';
import type { Change, Place, Store } from '../store/index.ts';

const resource = 'apiextensions.k8s.io/customresourcedefinitions';
const cleanup = 'customresourcecleanup.apiextensions.k8s.io';

/** What is asked of the room that knows definitions. */
export interface DefinitionRules {
  /** The kinds that a definition serves, one a version; `ask` turns objects from one into another, where a webhook does. */
  kindsOf(definition: KubeObject, ask: AskConversion | undefined): readonly Kind[];
  /** The definition with the status it is to have, or the same object when it has it. */
  established(definition: KubeObject, others: readonly KubeObject[], now: number): KubeObject;
}

/** Who turns objects of a definition from one version into another; undefined: its versions differ in their names alone. */
export type ConversionOf = (definition: KubeObject) => AskConversion | undefined;

export interface DefinitionParts {
  readonly store: Store;
  readonly kinds: ChangingKinds;
  readonly rules: DefinitionRules;
  readonly conversionOf: ConversionOf;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Names {
  readonly spec: { readonly group: string; readonly names: { readonly plural: string } };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Serves the kinds of the definitions that are stored, as they come, change and go. */
export class Definitions {
  readonly #store: Store;
  readonly #kinds: ChangingKinds;
  readonly #rules: DefinitionRules;
  readonly #conversionOf: ConversionOf;
  readonly #now: () => number;
  readonly #stop: () => void;
  readonly #working = new Set<Promise<void>>();
  /** Ends the wait for the last object of a definition that is going, by resource. */
  readonly #waiting = new Map<string, () => void>();

  constructor({ store, kinds, rules, conversionOf, now }: DefinitionParts) {
    this.#store = store;
    this.#kinds = kinds;
    this.#rules = rules;
    this.#conversionOf = conversionOf;
    this.#now = now;
    const { items, revision } = store.list(resource);
    for (const { object, place } of items) this.#follow(object, place);
    this.#stop = store.watch(resource, revision, { onChange: change => this.#changed(change) });
  }

  async stop(): Promise<void> {
    this.#stop();
    for (const stop of this.#waiting.values()) stop();
    await Promise.all(this.#working);
  }

  #changed({ type, stored }: Change): void {
    if (type !== 'deleted') return this.#follow(stored.object, stored.place);
    const { spec } = stored.object as unknown as Names;
    this.#kinds.set(spec.group, spec.names.plural, []);
    // Names that the definition took may be free now for others.
    for (const { object, place } of this.#store.list(resource).items) this.#follow(object, place);
  }

  #follow(definition: KubeObject, place: Place): void {
    const { spec, status } = definition as unknown as Names;
    if (definition.metadata.deletionTimestamp !== undefined) this.#work(this.#clear(definition, place));
    else this.#work(this.#establish(place));
    const serves =
      status?.conditions?.some(one => one.type === 'Established' && one.status === 'True') === true;
    if (!serves) return;
    const kinds = this.#rules.kindsOf(definition, this.#conversionOf(definition));
    this.#kinds.set(spec.group, spec.names.plural, kinds);
  }

  #work(task: Promise<void>): void {
    const settled = task.catch(() => {}).finally(() => this.#working.delete(settled));
    this.#working.add(settled);
  }

  async #establish(place: Place): Promise<void> {
    await this.#store.write(place, current => {
      if (current === undefined) return { keep: true };
      const others = this.#store
        .list(resource)
        .items.filter(other => other.place.name !== place.name)
        .map(other => other.object);
      const next = this.#rules.established(current.object, others, this.#now());
      return next === current.object ? { keep: true } : { write: next };
    });
  }

  /** Removes every object of a definition that is going, then lets it go. */
  async #clear(definition: KubeObject, place: Place): Promise<void> {
    const { spec } = definition as unknown as Names;
    const objects = `${spec.group}/${spec.names.plural}`;
    for (const stored of this.#store.list(objects).items) {
      await this.#store.write(stored.place, current => {
        if (current === undefined) return { keep: true };
        const { finalizers = [], deletionTimestamp } = current.object.metadata;
        if (finalizers.length === 0) return { remove: true };
        return deletionTimestamp === undefined
          ? { write: marked(current.object, this.#now()) }
          : { keep: true };
      });
    }
    if (this.#store.count(objects) > 0) return this.#again(objects, place);
    await this.#store.write(place, current => {
      if (current === undefined) return { keep: true };
      const finalizers = (current.object.metadata.finalizers ?? []).filter(one => one !== cleanup);
      if (finalizers.length === 0) return { remove: true };
      if (finalizers.length === current.object.metadata.finalizers?.length) return { keep: true };
      return { write: withFinalizers(current.object, finalizers) };
    });
  }

  /** Objects with finalizers are waited for. */
  #again(objects: string, place: Place): void {
    if (this.#waiting.has(objects)) return;
    const stop = this.#store.watch(objects, this.#store.revision, {
      onChange: ({ type }) => {
        if (type !== 'deleted' || this.#store.count(objects) > 0) return;
        this.#waiting.get(objects)?.();
        const definition = this.#store.get(place)?.object;
        if (definition !== undefined) this.#work(this.#clear(definition, place));
      },
    });
    this.#waiting.set(objects, () => {
      this.#waiting.delete(objects);
      stop();
    });
  }
}

function marked(object: KubeObject, now: number): KubeObject {
  const deletionTimestamp = `${new Date(now).toISOString().slice(0, 19)}Z`;
  return { ...object, metadata: { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: 0 } };
}

function withFinalizers(object: KubeObject, finalizers: readonly string[]): KubeObject {
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** Refuses new objects of a definition that is going: it waits for those there are. */
export function leavingDefinitions(lookup: Lookup): Admission {
  return {
    name: 'CustomResourceDefinitionTerminating',
    concerns: ({ operation, kind }) => operation === 'CREATE' && kind.manner === 'custom',
    validate: ({ kind: { group, plural }, name }) => {
      const definition = lookup.get(resource, '', `${plural}.${group}`);
      if (definition?.metadata.deletionTimestamp === undefined) return;
      const reason = 'create not allowed while custom resource definition is terminating';
      throw forbidden({ group, resource: plural }, name, reason);
    },
  };
}
