import { canonicalQuantity, type KubeObject } from '../meta/index.ts';
import { type Fields, fieldsOf, textOf } from './untyped.ts';
import type { Fault } from './webhooks.ts';

const schemes = ['s3://', 'gs://', 'https://', 'http://'];
const isName = /^[a-zA-Z0-9_-]+$/;

function modelOf(object: KubeObject): Fields {
  return fieldsOf(fieldsOf(object['spec'])?.['model']) ?? {};
}

function memoryOf(object: KubeObject): string {
  const memory = modelOf(object)['memory'];
  const said = typeof memory === 'string' || typeof memory === 'number' ? memory : '0';
  return canonicalQuantity(said) ?? String(said);
}

/** The first rule that a TrainedModel breaks (KServe 0.20, `trainedmodel_webhook.go`). */
export function trainedModelFault(object: KubeObject, old: KubeObject | undefined): Fault {
  const name = object.metadata.name ?? '';
  if (!isName.test(name)) {
    return `the Trained Model "${name}" is invalid: a Trained Model name must consist of alphanumeric characters, '_', or '-'. (e.g. "my-Name" or "abc_123", regex used for validation is '${isName.source}')`;
  }
  const uri = textOf(modelOf(object)['storageUri']) ?? '';
  if (!schemes.some(scheme => uri.startsWith(scheme))) {
    return `the Trained Model "${name}" storageUri field is invalid. The storage uri must start with one of the prefixes: ${schemes.join(', ')}. (the storage uri given is "${uri}")`;
  }
  if (old === undefined || memoryOf(old) === memoryOf(object)) return undefined;
  return `the Trained Model "${name}" memory field is immutable. The memory was "${memoryOf(old)}" but it is updated to "${memoryOf(object)}"`;
}
