import type { InferenceService, Model, Runtime, Variable } from '../shapes.ts';

/** What a model and its service get from the kind of server that its runtime is (KServe's `SetRuntimeDefaults`). */
export interface ServerDefaults {
  readonly model: Model;
  readonly labels: Readonly<Record<string, string>>;
}

const byRuntimeName: Readonly<Record<string, string>> = {
  'kserve-mlserver': 'mlserver',
  'kserve-torchserve': 'torchserve',
  'kserve-tritonserver': 'tritonserver',
  'kserve-tensorflow-serving': 'tensorflow-serving',
  'kserve-huggingfaceserver': 'huggingfaceserver',
  'kserve-vllmserver': 'vllmserver',
};

const modelClasses: Readonly<Record<string, string>> = {
  xgboost: 'mlserver_xgboost.XGBoostModel',
  lightgbm: 'mlserver_lightgbm.LightGBMModel',
  mlflow: 'mlserver_mlflow.MLflowRuntime',
};

export function serverTypeOf({ metadata }: Runtime): string {
  return metadata.annotations?.['serving.kserve.io/server-type'] ?? byRuntimeName[metadata.name ?? ''] ?? '';
}

/** Pure. */
export function withServerDefaults(
  service: InferenceService,
  model: Model,
  runtime: Runtime,
): ServerDefaults {
  switch (serverTypeOf(runtime)) {
    case 'mlserver':
      return mlserver(service, model);
    case 'torchserve':
      return torchserve(model);
    case 'tritonserver':
      return { model: triton(model), labels: {} };
    default:
      return { model, labels: {} };
  }
}

function mlserver({ metadata }: InferenceService, model: Model): ServerDefaults {
  const variables: Variable[] = hasStorage(model)
    ? [
        { name: 'MLSERVER_MODEL_NAME', value: metadata.name ?? '' },
        { name: 'MLSERVER_MODEL_URI', value: '/mnt/models' },
      ]
    : [{ name: 'MLSERVER_LOAD_MODELS_AT_STARTUP', value: 'false' }];
  const { env = [], protocolVersion = 'v2' } = model;
  const missing = variables.filter(({ name }) => !env.some(one => one.name === name));
  const modelClass = modelClasses[model.modelFormat.name] ?? 'mlserver_sklearn.SKLearnModel';
  return { model: { ...model, protocolVersion, env: [...env, ...missing] }, labels: { modelClass } };
}

function torchserve(model: Model): ServerDefaults {
  const { env = [], protocolVersion = 'v1' } = model;
  const envelope = protocolVersion === 'v2' || protocolVersion === 'grpc-v2' ? 'kservev2' : 'kserve';
  return {
    model: { ...model, protocolVersion, env: [...env, { name: 'PROTOCOL_VERSION', value: protocolVersion }] },
    labels: { serviceEnvelope: envelope },
  };
}

function triton(model: Model): Model {
  const { args = [], protocolVersion = 'v2' } = model;
  if (hasStorage(model)) return { ...model, protocolVersion };
  return { ...model, protocolVersion, args: [...args, '--model-control-mode=explicit'] };
}

function hasStorage({ storageUri, storage }: Model): boolean {
  return storageUri !== undefined || storage !== undefined;
}
