import type { KubeObject } from '../../../meta/index.ts';
import { itemsOf, textOf } from '../../untyped.ts';
import {
  addMount,
  addVariables,
  addVolume,
  type ContainerDraft,
  type PodSpecDraft,
  putVariables,
} from '../draft.ts';
import { PodFault, type Surroundings } from '../surroundings.ts';
import { azureStorageKey, azureVariables } from './azure.ts';
import { s3SecretVariables, s3Variables } from './s3.ts';
import { valuesOf, variableFrom } from './secrets.ts';

/**
 * Gives a container the credentials of a service account: those of its Secrets, or of the one that an annotation names
 * (KServe 0.20, `pkg/credentials/service_account_credentials.go`).
 * @throws PodFault when a Secret is missing; an account that is not there gives nothing.
 */
export function giveCredentials(
  container: ContainerDraft,
  spec: PodSpecDraft,
  around: Surroundings,
  account = spec.serviceAccountName,
): void {
  const { lookup, namespace, annotations, configuration } = around;
  const found = lookup.get('serviceaccounts', namespace, account || 'default');
  if (found === undefined) return;
  const { s3, storageSecretNameAnnotation } = configuration.credentials;
  if (found.metadata.annotations?.['eks.amazonaws.com/role-arn'] !== undefined) {
    addVariables(container, s3Variables(found, s3));
  }
  const named = annotations[storageSecretNameAnnotation];
  const names =
    named === undefined ? itemsOf(found['secrets']).map(one => textOf(one['name']) ?? '') : [named];
  for (const name of names) {
    const secret = lookup.get('secrets', namespace, name);
    if (secret === undefined) throw new PodFault(`secrets "${name}" not found`);
    giveSecret(secret, container, spec, around);
  }
}

type Give = (secret: KubeObject, container: ContainerDraft, spec: PodSpecDraft, around: Surroundings) => void;

/** A sort of Secret, known by a key in it; the first that fits counts. */
interface Sort {
  key(around: Surroundings): readonly string[];
  readonly give: Give;
}

const sorts: readonly Sort[] = [
  {
    key: ({ configuration }) => [configuration.credentials.s3.s3SecretAccessKeyName],
    give: (secret, container, _, { configuration }) =>
      putVariables(container, s3SecretVariables(secret, configuration.credentials.s3)),
  },
  { key: ({ configuration }) => [configuration.credentials.gcs.gcsCredentialFileName], give: giveGoogle },
  {
    key: () => ['AZ_CLIENT_ID', 'AZURE_CLIENT_ID', 'AZURE_ACCESS_TOKEN'],
    give: (secret, container) => addVariables(container, azureVariables(secret)),
  },
  { key: () => [azureStorageKey], give: variable(azureStorageKey) },
  { key: () => ['https-host'], give: giveHeaders },
  { key: () => ['HDFS_NAMENODE'], give: giveHdfs },
  { key: () => ['HF_TOKEN'], give: variable('HF_TOKEN') },
  { key: () => ['MODELSCOPE_API_TOKEN'], give: variable('MODELSCOPE_API_TOKEN') },
];

const giveSecret: Give = (secret, container, spec, around) => {
  const values = valuesOf(secret);
  const sort = sorts.find(one => one.key(around).some(key => values.has(key)));
  sort?.give(secret, container, spec, around);
};

function variable(key: string): Give {
  return (secret, container) => addVariables(container, [variableFrom(secret.metadata.name ?? '', key)]);
}

function giveGoogle(
  secret: KubeObject,
  container: ContainerDraft,
  spec: PodSpecDraft,
  { configuration }: Surroundings,
): void {
  const folder = '/var/secrets/';
  addVolume(spec, { name: 'user-gcp-sa', secret: { secretName: secret.metadata.name } });
  addMount(container, { name: 'user-gcp-sa', mountPath: folder, readOnly: true });
  const value = folder + configuration.credentials.gcs.gcsCredentialFileName;
  addVariables(container, [{ name: 'GOOGLE_APPLICATION_CREDENTIALS', value }]);
}

function giveHdfs(secret: KubeObject, container: ContainerDraft, spec: PodSpecDraft): void {
  addVolume(spec, { name: 'hdfs-secrets', secret: { secretName: secret.metadata.name } });
  addMount(container, {
    name: 'hdfs-secrets',
    mountPath: '/var/secrets/kserve-hdfscreds',
    readOnly: true,
  });
}

/** Headers of requests to a host, in a variable with the host's name. */
function giveHeaders(secret: KubeObject, container: ContainerDraft): void {
  const values = valuesOf(secret);
  const value = values.get('headers');
  if (value !== undefined) addVariables(container, [{ name: `${values.get('https-host')}-headers`, value }]);
}
