import type { Configuration } from '../../kserve/index.ts';
import { type InferenceService, modeAnnotation } from './shapes.ts';

export type Mode = 'Standard' | 'Knative' | 'ModelMesh';

const spellings: Readonly<Record<string, Mode>> = {
  Standard: 'Standard',
  Knative: 'Knative',
  ModelMesh: 'ModelMesh',
  RawDeployment: 'Standard',
  Serverless: 'Knative',
};

/** How a service is deployed: as its status says that it was, as its annotation asks, as the configuration has it. Pure. */
export function modeOf({ status, metadata }: InferenceService, { deploy }: Configuration): Mode {
  return (
    spellings[status?.deploymentMode ?? ''] ??
    spellings[metadata.annotations?.[modeAnnotation] ?? ''] ??
    deploy.defaultDeploymentMode
  );
}
