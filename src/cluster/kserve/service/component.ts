import { hasGpu } from '../accelerators.ts';
import { type Fields, fieldsOf, itemsOf, numberOf, textOf, variableOf } from '../untyped.ts';
import { type Fault, firstFault } from '../webhooks.ts';
import { type Implementation, implementationsOf, type Part } from './implementations.ts';

/** The fields that KServe's message names, as they are called in its own source. */
const alternatives: Readonly<Record<Part, readonly [names: string, type: string]>> = {
  predictor: [
    'Name, SKLearn, XGBoost, Tensorflow, PyTorch, Triton, ONNX, HuggingFace, PMML, LightGBM, Paddle, Model, StorageUris, StorageContainerName, WorkerSpec, PodSpec',
    'PredictorSpec',
  ],
  transformer: ['PodSpec, ComponentExtensionSpec', 'TransformerSpec'],
  explainer: ['ART, PodSpec, ComponentExtensionSpec', 'ExplainerSpec'],
};

export function exactlyOneFault(part: Part, component: Fields): Fault {
  if (implementationsOf(part, component).length === 1) return undefined;
  const [names, type] = alternatives[part];
  return `exactly one of [${names}] must be specified in ${type}`;
}

/** What the one implementation of a component breaks. */
export function implementationFault(part: Part, component: Fields): Fault {
  const [first] = implementationsOf(part, component);
  if (first === undefined) return undefined;
  if (first.key === 'art') return storageSpecFault(first.spec, textOf(first.spec['storageUri']) || undefined);
  if (part !== 'predictor') return undefined;
  return first.key === 'containers' ? protocolFault(first.spec) : frameworkFault(first);
}

/** KServe's own message has its two parts the wrong way round; clients see it so. */
function protocolFault(pod: Fields): Fault {
  const said = variableOf(itemsOf(pod['containers'])[0], 'PROTOCOL');
  if (said === undefined || said === 'v1' || said === 'v2') return undefined;
  return `invalid protocol v1, v2. Must be one of [${said}]`;
}

/** Old keys are left where they are in canaries and in the mode ModelMesh: their rules count there. */
function frameworkFault({ key, spec }: Implementation): Fault {
  const uri = textOf(spec['storageUri']);
  if (key === 'tensorflow') return gpuFault('Tensorflow', spec) ?? storageSpecFault(spec, uri);
  if (key === 'pytorch') return gpuFault('PyTorch', spec) ?? storageSpecFault(spec, uri);
  if (key === 'onnx') return extensionOf(uri) ?? storageSpecFault(spec, uri);
  return undefined;
}

function extensionOf(uri: string | undefined): Fault {
  const found = /\.[^./]*$/.exec(uri ?? '')?.[0] ?? '';
  if (found === '' || found === '.onnx') return undefined;
  return `expected storageUri file extension: '.onnx' but got '${found}'`;
}

function gpuFault(framework: string, spec: Fields): Fault {
  const version = textOf(spec['runtimeVersion']);
  if (version === undefined || hasGpu(spec) === version.includes('-gpu')) return undefined;
  const end = framework === 'PyTorch' ? '. ' : '';
  return hasGpu(spec)
    ? `${framework} RuntimeVersion is not GPU enabled but GPU resources are requested${end}`
    : `${framework} RuntimeVersion is GPU enabled but GPU resources are not requested${end}`;
}

const storageSchemes = ['s3://', 'hdfs://', 'webhdfs://'];

function storageSpecFault(spec: Fields, uri: string | undefined): Fault {
  const storage = fieldsOf(spec['storage']);
  if (storage === undefined) return undefined;
  const list = storageSchemes.join(', ');
  if (uri !== undefined) {
    if (storageSchemes.some(scheme => uri.startsWith(scheme))) return undefined;
    return `storageUri, must be one of: [${list}] or match https://{}.blob.core.windows.net/{}/{} or be an absolute or relative local path. StorageUri [${uri}] is not supported`;
  }
  const type = textOf(fieldsOf(storage['parameters'])?.['type']);
  if (type === undefined || storageSchemes.some(scheme => `${type}://`.startsWith(scheme))) return undefined;
  return `storage.spec.type, must be one of: [${list}]. storage.spec.type [${type}] is not supported`;
}

/** What a component's own settings break: concurrency, replicas, logger. */
export function extensionFault(component: Fields): Fault {
  return firstFault([
    () =>
      (numberOf(component['containerConcurrency']) ?? 0) < 0
        ? 'parallelism cannot be less than 0'
        : undefined,
    () => replicasFault(component),
    () => loggerFault(fieldsOf(component['logger'])),
  ]);
}

function replicasFault(component: Fields): Fault {
  const least = numberOf(component['minReplicas']) ?? 1;
  const most = numberOf(component['maxReplicas']) ?? 0;
  if (least < 0) return "'MinReplicas' cannot be less than 0";
  if (most < 0) return "'MaxReplicas' cannot be less than 0";
  return least > most && most !== 0 ? "'MinReplicas' cannot be greater than MaxReplicas" : undefined;
}

function loggerFault(logger: Fields | undefined): Fault {
  if (logger === undefined) return undefined;
  if (!['all', 'request', 'response'].includes(textOf(logger['mode']) ?? '')) return 'invalid logger type';
  const storage = fieldsOf(logger['storage']);
  if (storage === undefined) return undefined;
  const whole = ['path', 'parameters', 'key'].every(
    key => storage[key] !== undefined && storage[key] !== null,
  );
  return whole ? undefined : 'invalid logger storage configuration';
}
