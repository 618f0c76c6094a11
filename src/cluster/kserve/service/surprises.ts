import type { KubeObject } from '../../meta/index.ts';
import { type Fields, fieldsOf, textOf, textsOf } from '../untyped.ts';
import { modeAnnotation } from './defaults.ts';
import { frameworks } from './implementations.ts';

const modes: readonly string[] = ['Standard', 'Knative', 'ModelMesh', 'RawDeployment', 'Serverless'];

export function isMode(said: string): boolean {
  return modes.includes(said);
}

/** What KServe takes without a word though it seldom is what was meant, of a service as a client wrote it. Pure. */
export function surprisesOf(object: KubeObject, defaultMode: string): string[] {
  return [...modeSurprise(object, defaultMode), ...replacement(object)];
}

function modeSurprise(object: KubeObject, defaultMode: string): string[] {
  const said = textsOf(object.metadata.annotations)[modeAnnotation];
  if (said === undefined || said === '' || isMode(said)) return [];
  const mode = textOf(fieldsOf(object['status'])?.['deploymentMode']) ?? defaultMode;
  const then = mode === 'Standard' ? 'the service is not served until it is one' : `${mode} is used`;
  return [
    `annotation ${modeAnnotation} is no deployment mode: found ${JSON.stringify(said)}, expected one of ${modes.join(', ')}; ${then}`,
  ];
}

/** An old key takes the place of a model; what the model said and the key does not is gone. */
function replacement(object: KubeObject): string[] {
  const predictor = fieldsOf(fieldsOf(object['spec'])?.['predictor']) ?? {};
  const model = fieldsOf(predictor['model']);
  const key = frameworks.find(one => fieldsOf(predictor[one]) !== undefined);
  if (model === undefined || key === undefined) return [];
  const lost = Object.keys(model).filter(
    field => says(model, field) && !(field in (predictor[key] as Fields)),
  );
  const without =
    lost.length === 0 ? '' : `, and ${lost.join(', ')} of it ${lost.length === 1 ? 'is' : 'are'} gone`;
  return [
    `spec.predictor.${key} replaces spec.predictor.model${without}: write spec.predictor.model to change the model`,
  ];
}

/** Whether a field is more than what KServe writes of itself. */
function says(model: Fields, field: string): boolean {
  const value = model[field];
  if (field === 'modelFormat' || value === undefined || value === null || value === '') return false;
  return JSON.stringify(value) !== '{}';
}
