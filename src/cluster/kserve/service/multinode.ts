import { acceleratorFault } from '../accelerators.ts';
import { parallelVariable } from '../environment.ts';
import { type Fields, fieldsOf, itemsOf, numberOf, textOf } from '../untyped.ts';
import { type Fault, firstFault } from '../webhooks.ts';

type Annotations = Readonly<Record<string, string>>;

/** What a predictor on several nodes breaks; the message goes on after `… is invalid: `. */
export function workerFault(predictor: Fields, annotations: Annotations, custom: readonly string[]): Fault {
  const worker = fieldsOf(predictor['workerSpec']);
  if (worker === undefined) return undefined;
  const containers = itemsOf(worker['containers']);
  if (containers.length > 1) return 'setting multiple containers in workerSpec is not allowed';
  const model = fieldsOf(predictor['model']);
  return firstFault([
    () => (model === undefined ? undefined : modelFault(model, annotations, custom)),
    () => sizeFault('Pipeline', worker),
    () => sizeFault('Tensor', worker),
    ...containers.map(one => () => unknownAccelerator(one, annotations, custom)),
  ]);
}

function modelFault(model: Fields, annotations: Annotations, custom: readonly string[]): Fault {
  const fault = parallelVariable(model) ?? unknownAccelerator(model, annotations, custom);
  if (fault !== undefined) return fault;
  const uri = textOf(model['storageUri']);
  if (uri === undefined) return 'StorageURI must be set for multinode enabled';
  const scheme = uri.split('://')[0] as string;
  if (scheme !== 'pvc' && scheme !== 'oci') {
    return `Multinode only supports 'pvc' and 'oci' Storage Protocol(${scheme})`;
  }
  const autoscaler = annotations['serving.kserve.io/autoscalerClass'] ?? '';
  return autoscaler === 'none' ? undefined : `Multinode only supports 'none' autoscaler(${autoscaler})`;
}

function unknownAccelerator(container: Fields, annotations: Annotations, custom: readonly string[]): Fault {
  const { unknown, message } = acceleratorFault(container, annotations, custom);
  if (!unknown) return message;
  return "Unknown GPU resource type. Set 'serving.kserve.io/gpu-resource-types' annotation to use custom gpu resource type";
}

function sizeFault(sort: 'Pipeline' | 'Tensor', worker: Fields): Fault {
  const size = numberOf(worker[`${sort.toLowerCase()}ParallelSize`]);
  if (size === undefined || size >= 1) return undefined;
  return `WorkerSpec.${sort}ParallelSize cannot be less than 1(${size})`;
}
