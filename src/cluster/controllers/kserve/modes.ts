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

/** What an annotation asks for that is no mode. */
export function unknownMode({ metadata }: InferenceService): string | undefined {
  const said = metadata.annotations?.[modeAnnotation] ?? '';
  return said === '' || Object.hasOwn(spellings, said) ? undefined : said;
}
