import type { KubeObject } from '../../meta/index.ts';
import type { Schema } from '../../schema/index.ts';
import type { Client } from '../rules/admissionregistration/clients.ts';
import type { PrinterColumn, ScalePaths } from '../registry/rows.ts';

/** The names of a custom kind. */
export interface Names {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** One version of a custom kind. */
export interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: { readonly status?: object; readonly scale?: ScalePaths };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Conversion {
  readonly strategy?: string;
  readonly webhook?: {
    readonly clientConfig?: Client;
    readonly conversionReviewVersions?: readonly string[];
  };
}

/** `spec` of a CustomResourceDefinition (apiextensions.k8s.io/v1). */
export interface DefinitionSpec {
  readonly group: string;
  readonly scope: string;
  readonly names: Names;
  readonly versions: readonly Version[];
  readonly conversion?: Conversion;
  readonly preserveUnknownFields?: boolean;
}

export interface DefinitionStatus {
  readonly conditions?: readonly Condition[] | null;
  readonly acceptedNames?: Names;
  readonly storedVersions?: readonly string[] | null;
}

export function specOf(definition: KubeObject): DefinitionSpec {
  const spec = (definition['spec'] ?? {}) as Partial<DefinitionSpec>;
  return {
    ...spec,
    group: spec.group ?? '',
    scope: spec.scope ?? '',
    names: spec.names ?? { plural: '', kind: '' },
    versions: spec.versions ?? [],
  };
}

export function statusOf(definition: KubeObject): DefinitionStatus {
  return definition['status'] ?? {};
}

export function conditionOf(definition: KubeObject, type: string): Condition | undefined {
  return statusOf(definition).conditions?.find(condition => condition.type === type);
}

export function isTrue(definition: KubeObject, type: string): boolean {
  return conditionOf(definition, type)?.status === 'True';
}
