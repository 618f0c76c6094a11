import { invalidValue } from '../../meta/index.ts';
import { type Fields, fieldsOf, textOf } from '../untyped.ts';
import type { Fault } from '../webhooks.ts';
import { frameworkContainer, implementationsOf, storageUriOf } from './implementations.ts';

/** `kbs:///<repo>/<type>/<tag>`. */
const resourceId = /^kbs:\/\/\/[\w.-]+\/[\w.-]+\/[\w.-]+$/;

function confidentialOf(predictor: Fields): Fields | undefined {
  const found = fieldsOf(frameworkContainer(predictor)?.['confidential']);
  return found?.['enabled'] === true ? found : undefined;
}

function uriOf(predictor: Fields): string {
  const [first] = implementationsOf('predictor', predictor);
  return (first === undefined ? undefined : storageUriOf('predictor', first)) ?? '';
}

export function confidentialWarnings(predictor: Fields): string[] {
  if (confidentialOf(predictor) === undefined) return [];
  const uri = uriOf(predictor);
  if (uri.startsWith('oci://')) {
    return [
      'confidential has no effect with OCI URIs; OCI image decryption is handled by the container runtime via runtimeClassName',
    ];
  }
  if (!uri.startsWith('pvc://')) return [];
  return [
    'confidential has no effect with PVC URIs; the storage-initializer is not injected for PVC volumes',
  ];
}

export function confidentialFault(predictor: Fields): Fault {
  const confidential = confidentialOf(predictor);
  if (confidential === undefined) return undefined;
  if (uriOf(predictor) === '') return 'confidential model serving requires storageUri to be set';
  const id = textOf(confidential['resourceId']) ?? '';
  if (id === '' || resourceId.test(id)) return undefined;
  const field = 'spec.predictor.confidential.resourceId';
  return invalidValue(field, id, 'must be in the format kbs:///<repo>/<type>/<tag>').message;
}
