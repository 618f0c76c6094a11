import { type Fields, fieldsOf, itemsOf, textOf, variableOf } from '../untyped.ts';

export const mainContainer = 'kserve-container';

/** The keys of frameworks from before `model`, in the order in which the first one counts when they become a model. */
export const frameworks = [
  'sklearn',
  'tensorflow',
  'xgboost',
  'pytorch',
  'triton',
  'onnx',
  'huggingface',
  'pmml',
  'lightgbm',
  'paddle',
] as const;

/** The order in which KServe looks at a predictor's implementations. */
const order = [
  'xgboost',
  'pytorch',
  'triton',
  'sklearn',
  'tensorflow',
  'onnx',
  'pmml',
  'lightgbm',
  'paddle',
  'huggingface',
  'model',
];

/** What serves a component: a known key, or its own containers. */
export interface Implementation {
  /** A framework, `model`, `art` or `containers`. */
  readonly key: string;
  /** The value of the key; the component itself where it is `containers`. */
  readonly spec: Fields;
}

export type Part = 'predictor' | 'transformer' | 'explainer';

export const parts: readonly Part[] = ['predictor', 'transformer', 'explainer'];

export function implementationsOf(part: Part, component: Fields): Implementation[] {
  if (part === 'predictor') return predictors(component);
  const named = part === 'explainer' ? keyed(component, ['art']) : [];
  const custom = itemsOf(component['containers']).length > 0;
  return custom ? [...named, { key: 'containers', spec: component }] : named;
}

function keyed(component: Fields, keys: readonly string[]): Implementation[] {
  return keys.flatMap(key => {
    const spec = fieldsOf(component[key]);
    return spec === undefined ? [] : [{ key, spec }];
  });
}

function predictors(component: Fields): Implementation[] {
  const containers = itemsOf(component['containers']);
  const custom = { key: 'containers', spec: component };
  const main = containers.filter(one => one['name'] === mainContainer).map(() => custom);
  const all = [...keyed(component, order), ...main];
  return all.length === 0 && containers.length > 0 ? [custom] : all;
}

/** Where an implementation's model is; custom containers say it in their environment. */
export function storageUriOf(part: Part, { key, spec }: Implementation): string | undefined {
  if (key === 'art') return textOf(spec['storageUri']) || undefined;
  if (key !== 'containers') return textOf(spec['storageUri']);
  const containers = itemsOf(spec['containers']);
  const container =
    part === 'predictor' ? containers.find(one => one['name'] === mainContainer) : containers[0];
  return variableOf(container, 'STORAGE_URI');
}

/** The container in which a framework, or the model, runs; the first that is there. */
export function frameworkContainer(predictor: Fields): Fields | undefined {
  const key = ['model', ...frameworks].find(one => fieldsOf(predictor[one]) !== undefined);
  return key === undefined ? undefined : fieldsOf(predictor[key]);
}
