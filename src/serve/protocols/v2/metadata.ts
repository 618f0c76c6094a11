import type { TensorSpec } from '../../../tensor/index.ts';
import type { ReadyModel } from '../../repository/index.ts';

interface MetadataTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** The model metadata response of V2, with what is known of the file under `parameters` (as MLServer has them). */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly MetadataTensor[];
  readonly outputs: readonly MetadataTensor[];
  readonly parameters: Readonly<Record<string, unknown>>;
}

export function metadataOf({ name, version, plan }: ReadyModel): ModelMetadata {
  return {
    name,
    versions: [version],
    platform: plan.source.format,
    inputs: plan.inputs.map(tensorOf),
    outputs: plan.outputs.map(tensorOf),
    parameters: {
      class: plan.description.class,
      library: plan.source.library,
      library_version: plan.source.libraryVersion,
      feature_names: plan.featureNames,
    },
  };
}

function tensorOf({ name, datatype, shape }: TensorSpec): MetadataTensor {
  return { name, datatype, shape };
}
