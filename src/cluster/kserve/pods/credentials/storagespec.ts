import { fieldsOf, textOf, textsOf } from '../../untyped.ts';
import { addVariables, type ContainerDraft } from '../draft.ts';
import { PodFault, type Surroundings } from '../surroundings.ts';
import { valuesOf, variableFrom } from './secrets.ts';

/** What a component's `storage` says beside its path. */
export interface StorageSpec {
  /** A key of the Secret; empty: the default one. */
  readonly key: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const placeholder = '<scheme-placeholder>://';
const types = ['s3', 'hdfs', 'webhdfs'];

/**
 * Gives the storage initializer what a component's `storage` means: the Secret's entry in STORAGE_CONFIG, parameters in
 * STORAGE_OVERRIDE_CONFIG, and whole addresses instead of paths (KServe 0.20, `CreateStorageSpecSecretEnvs`).
 * @throws PodFault when the Secret, its entry, the type or the bucket is missing.
 */
export function giveStorage(
  container: ContainerDraft,
  { key: named, parameters }: StorageSpec,
  around: Surroundings,
): void {
  const { storageSpecSecretName, storageSecretNameAnnotation } = around.configuration.credentials;
  const secretName = around.annotations[storageSecretNameAnnotation] ?? storageSpecSecretName;
  const secret = around.lookup.get('secrets', around.namespace, secretName);
  if (secret === undefined && named !== '') {
    throw new PodFault(`can't read storage secret ${secretName}: secrets "${secretName}" not found`);
  }
  const asked = parameters['type'] ?? '';
  const key = named || (asked === '' ? 'default' : `default_${asked}`);
  const entry = secret === undefined ? undefined : valuesOf(secret).get(key);
  if (entry === undefined && named !== '') {
    throw new PodFault(`specified storage key ${key} not found in storage secret ${secretName}`);
  }
  // A type among the parameters counts alone: then nothing else of the entry is looked at here.
  const stored = entry === undefined || asked !== '' ? {} : entryOf(entry, key, secretName);
  const bundle = stored['cabundle_configmap'];
  if (bundle !== undefined) addVariables(container, [{ name: 'AWS_CA_BUNDLE_CONFIGMAP', value: bundle }]);
  if (entry !== undefined) addVariables(container, [variableFrom(secretName, key, 'STORAGE_CONFIG')]);
  const type = asked || (stored['type'] ?? '');
  if (type === '') throw new PodFault('unable to determine storage type');
  completeAddresses(container, type, (parameters['bucket'] ?? '') || (stored['bucket'] ?? ''));
  if (Object.keys(parameters).length === 0) return;
  const sorted = Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const value = JSON.stringify(Object.fromEntries(sorted));
  addVariables(container, [{ name: 'STORAGE_OVERRIDE_CONFIG', value }]);
}

function entryOf(entry: string, key: string, secret: string): Readonly<Record<string, string>> {
  let value: unknown;
  try {
    value = JSON.parse(entry);
  } catch {
    value = undefined;
  }
  const fields = fieldsOf(value);
  if (fields === undefined)
    throw new PodFault(`invalid json encountered in key ${key} of storage secret ${secret}`);
  const { type } = fields;
  if (type !== undefined && !types.some(one => one === type)) {
    throw new PodFault(
      `storage type must be one of [${types.join(', ')}]. storage type [${textOf(type) ?? JSON.stringify(type)}] is not supported`,
    );
  }
  return textsOf(fields);
}

/** Arguments are pairs of an address and a folder. */
function completeAddresses(container: ContainerDraft, type: string, bucket: string): void {
  const args = container.args ?? [];
  if (args[0]?.startsWith(placeholder) !== true) return;
  if (type === 's3' && bucket === '') {
    throw new PodFault(`format [s3] requires a bucket but one wasn't found in storage data or parameters`);
  }
  const head = type === 's3' ? `s3://${bucket}/` : `${type}://`;
  container.args = args.map((one, at) => (at % 2 === 0 ? head + one.slice(placeholder.length) : one));
}
