import type { KubeObject } from '../../../meta/index.ts';
import { SpecFault } from './fault.ts';

const schemes = [
  'gs://',
  's3://',
  'pvc://',
  'file://',
  'https://',
  'http://',
  'hdfs://',
  'webhdfs://',
  'oci://',
  'oci+native://',
  'hf://',
];

/** A ClusterStorageContainer, as much as says which addresses it fetches. */
export interface StorageContainer extends KubeObject {
  readonly spec?: {
    readonly supportedUriFormats?: readonly { readonly prefix?: string; readonly regex?: string }[];
  };
}

/**
 * Whether a model can be fetched from an address.
 * @throws SpecFault with KServe's words when nothing fetches it.
 */
export function assertFetchable(uri: string, containers: readonly StorageContainer[]): void {
  if (containers.some(one => fetches(one, uri))) return;
  if (!/\w+?:\/\//.test(uri)) return;
  const azure = uri.includes('blob.core.windows.net');
  if (
    azure
      ? /https:\/\/(.+?)\.blob\.core\.windows\.net\/(.+)/.test(uri)
      : schemes.some(one => uri.startsWith(one))
  ) {
    return;
  }
  throw new SpecFault(
    'InvalidPredictorSpec',
    `StorageURI not supported: storageUri, must be one of: [${schemes.join(', ')}] or match https://{}.blob.core.windows.net/{}/{} or be an absolute or relative local path. StorageUri [${uri}] is not supported`,
  );
}

function fetches({ spec }: StorageContainer, uri: string): boolean {
  return (spec?.supportedUriFormats ?? []).some(({ prefix, regex }) =>
    prefix !== undefined && prefix !== '' ? uri.startsWith(prefix) : matches(regex, uri),
  );
}

function matches(regex: string | undefined, uri: string): boolean {
  if (regex === undefined || regex === '') return false;
  try {
    return new RegExp(regex).test(uri);
  } catch {
    return false;
  }
}
