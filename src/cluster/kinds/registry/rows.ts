import type { Verb } from '../kind.ts';

/** A kind as the generated data holds it; what is the usual is left out. */
export interface KindRow {
  readonly plural: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageHash?: string;
  readonly subresources?: readonly SubresourceRow[];
  /** Of a kind that its makers publish as a CustomResourceDefinition. */
  readonly custom?: CustomRow;
}

export interface SubresourceRow {
  readonly name: string;
  readonly verbs: readonly (Verb | 'connect')[];
  /** Absent: the kind of the object. */
  readonly kind?: string;
  /** Absent: the group and version of the object. */
  readonly group?: string;
  readonly version?: string;
  readonly scale?: ScalePaths;
  readonly connects?: true;
  readonly query?: Readonly<Record<string, 'string' | 'integer' | 'boolean'>>;
}

export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** What a version of a CustomResourceDefinition says beside its schema. */
export interface CustomRow {
  readonly storageVersion: string;
  readonly deprecated?: string;
  readonly printerColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly string[];
}

/** `additionalPrinterColumns` of a CustomResourceDefinition. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

/** The kinds of one version of a group. */
export interface GroupVersionRow {
  readonly group: string;
  readonly version: string;
  /** The package of their definitions: `io.k8s.api.apps.v1`. */
  readonly package: string;
  readonly resources: readonly KindRow[];
}
