import type { FieldError, KubeObject } from '../meta/index.ts';
import type { TypedSchema } from '../schema/index.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** A column of `kubectl get` (meta/v1 TableColumnDefinition) and how its cell is made. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
  /** The cell of an object; `now` in milliseconds since 1970 for ages. */
  cell(object: KubeObject, now: number): string | number | boolean | null;
}

/** A part of an object, or an action on it, with a path of its own. */
export interface Subresource {
  /** `status`, `scale`, `log`, `token` … */
  readonly name: string;
  /** What its path takes and gives, when it is not the kind of the object. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly (Verb | 'connect')[];
  /**
   * How it is served: `status` and `scale` by the pipeline itself; `part` too, with the kind's rules that know which part it is;
   * `action` by a handler that the server is given by this resource's and subresource's name.
   */
  readonly served: 'status' | 'scale' | 'part' | 'action';
  /** Of a `part`, where it matters to others: it is what the containers of the object ask for and may take. */
  readonly holds?: 'resources';
  /** A connection, taken by several methods: `exec`, `proxy`. */
  readonly connects?: boolean;
  /** Parameters of its query besides the usual ones. */
  readonly query?: Readonly<Record<string, 'string' | 'integer' | 'boolean'>>;
  /** Of `scale`: where the numbers stand (JSON paths as a CustomResourceDefinition writes them). */
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
}

/** What rules of a kind may look at. */
export interface RuleContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** `status`, `scale`, another part or an action; empty for the object itself. */
  readonly subresource: string;
}

/**
 * The rules of a kind that are more than its schema. All are pure and all are optional. They see an object whose types the schema
 * has already checked, in the version of the request. They run in this order: `prepare`, `complete`, `validate`.
 */
export interface Rules {
  /** Fills what a client left out with the documented defaults (create, update, patch and apply; also on reading nothing). */
  complete?(object: KubeObject): KubeObject;
  /** Sets and clears what belongs to the server at create: a status begins empty, `spec.clusterIP` and the like come elsewhere. */
  prepareCreate?(object: KubeObject, context: RuleContext): KubeObject;
  /** The same at update; `old` is what is stored. */
  prepareUpdate?(object: KubeObject, old: KubeObject, context: RuleContext): KubeObject;
  validateCreate?(object: KubeObject, context: RuleContext): readonly FieldError[];
  validateUpdate?(object: KubeObject, old: KubeObject, context: RuleContext): readonly FieldError[];
  /** Whether an object is created with the status that its maker gives it. */
  readonly keepsStatus?: true;
  /** Whether finalizers need neither a group nor a name that Kubernetes knows; kinds of definitions never need one. */
  readonly anyFinalizer?: true;
  /** Texts of `Warning` headers; `old` is absent at create. */
  warnings?(object: KubeObject, old: KubeObject | undefined): readonly string[];
  /**
   * What a deletion makes of an object that stays for reasons of its own (a namespace becomes Terminating, a definition waits until
   * its objects are gone); absent or undefined: the object is marked or removed like any other.
   */
  terminate?(object: KubeObject, context: RuleContext): KubeObject | undefined;
  /** Whether an object that is being deleted stays although neither finalizers nor grace hold it. */
  held?(object: KubeObject): boolean;
  /** Seconds of grace at a deletion, 0 to go at once; absent: always at once. `asked` is the client's wish. */
  grace?(object: KubeObject, asked: number | undefined): number;
}

/** Which part a write through the main path may not touch, and what counts as a new generation. */
export type GenerationRule =
  /** Any change outside metadata and status. */
  | 'spec'
  /** The kind has no generation. */
  | 'none';

/** What the name of an object has to be. */
export type NameRule = 'subdomain' | 'label' | 'label1035' | 'path' | 'any';

/** Turns objects of a kind into another of its versions, as only a program of its author knows how. */
export interface Converter {
  /**
   * The objects in a version (`<group>/<version>`), in the same order; those that are in it already stay as they are.
   * @param signal When an answer is not waited for any more; absent: as long as is usual.
   * @throws StatusError 500 when they cannot be turned.
   */
  convert(
    objects: readonly KubeObject[],
    apiVersion: string,
    signal?: AbortSignal,
  ): Promise<readonly KubeObject[]>;
}

/**
 * One kind in one version: everything that the request pipeline knows of it. Built-in kinds and those of CustomResourceDefinitions
 * are the same thing here; nothing in the pipeline looks at a name.
 */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** Where objects of all versions of the kind lie: `apps/deployments`, `pods`. */
  readonly resource: string;
  /** The group objects are stored in, where it is another than the kind's: events of events.k8s.io lie in the core. */
  readonly storageGroup?: string;
  /** The version objects are stored in. */
  readonly storageVersion: string;
  /** `storageVersionHash` of discovery, if it has one. */
  readonly storageHash?: string;
  readonly deprecated?: string;
  /** Of the whole object, metadata included. */
  readonly shape: TypedSchema;
  /** What published documents name the shape: `io.k8s.api.core.v1.Pod`; absent: the group turned round, as for custom kinds. */
  readonly definition?: string;
  /** Changes whenever the shape does; absent: only a look at the shape can tell. */
  readonly shapeStamp?: string;
  readonly columns: readonly Column[];
  readonly subresources: readonly Subresource[];
  /** Field selectors besides `metadata.name` and `metadata.namespace`, and their values in an object. */
  readonly selectable: ReadonlyMap<string, (object: KubeObject) => string>;
  readonly names: NameRule;
  readonly generation: GenerationRule;
  /** What DELETE answers when the object is gone: a Status, or the object itself. */
  readonly deleteAnswer: 'status' | 'object';
  /** Update without resourceVersion is allowed. */
  readonly unconditionalUpdate: boolean;
  /** PUT of a name that is absent creates it. */
  readonly createOnUpdate: boolean;
  /**
   * Fields that a write through a path leaves as they were, where the kind has a status: paths from the top of the object by the
   * subresource, with the empty one for the object itself, of which the status is usual.
   */
  readonly resets: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Requests about it wait behind no others: who leads is known by it, and how long. */
  readonly urgent?: true;
  /**
   * How objects are decoded and written: `typed` as Kubernetes' own kinds (keys kind, apiVersion, metadata first; kind and
   * apiVersion may be left out of a request; unknown fields dropped by the decoder; strategic merge patch), `custom` as those of
   * CustomResourceDefinitions (keys sorted; types checked after admission; JSON, merge and apply patches only).
   */
  readonly manner: 'typed' | 'custom';
  /** Field names in another letter case are taken for the known ones, with a Warning. */
  readonly lenientCase: boolean;
  readonly rules: Rules;
  /** Kinds whose versions differ in more than apiVersion: between the version of a request and the stored one. */
  readonly conversion?: {
    toStorage(object: KubeObject): KubeObject;
    fromStorage(object: KubeObject): KubeObject;
  };
  /** Kinds whose versions a webhook turns into each other, each object from the version that it is stored in. */
  readonly converter?: Converter;
}

/** The kinds that are served at the moment. */
export interface Kinds {
  /** Finds a kind by what stands in a path. */
  find(group: string, version: string, plural: string): Kind | undefined;
  /** Finds a kind by what stands in an object. */
  findKind(group: string, version: string, kind: string): Kind | undefined;
  /** All kinds in the order of discovery. */
  readonly all: readonly Kind[];
  /** Groups in the order of discovery with their versions, preferred one first. */
  readonly groups: readonly { readonly group: string; readonly versions: readonly string[] }[];
  /** Grows by one with each change of the set. */
  readonly generation: number;
}
