import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/index.ts';
import type { Configuration } from '../config/shape.ts';
import { installedConfiguration, installedObjects } from '../installed/objects.ts';
import { giveCredentials } from './credentials/account.ts';
import { giveStorage, type StorageSpec } from './credentials/storagespec.ts';
import type { ContainerDraft, PodSpecDraft } from './draft.ts';
import { storageContainerFor } from './storage/containers.ts';
import { commonFolder, withStorageUris } from './storage/several.ts';
import { PodFault, type Surroundings } from './surroundings.ts';

type Texts = Readonly<Record<string, string>>;

function secret(values: Texts, annotations: Texts = {}, name = 's'): KubeObject {
  const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'n', annotations },
    data: Object.fromEntries(data),
  };
}

function account(secrets: readonly string[], annotations: Texts = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'n', annotations },
    secrets: secrets.map(name => ({ name })),
  };
}

function around(
  objects: readonly KubeObject[],
  annotations: Texts = {},
  configuration: Configuration = installedConfiguration,
): Surroundings {
  const plurals: Texts = {
    Secret: 'secrets',
    ServiceAccount: 'serviceaccounts',
    ClusterStorageContainer: 'serving.kserve.io/clusterstoragecontainers',
  };
  const of = (resource: string): KubeObject[] => objects.filter(one => plurals[one.kind] === resource);
  const lookup = {
    get: (resource: string, _: string, name: string) => of(resource).find(one => one.metadata.name === name),
    list: of,
  };
  return { lookup, namespace: 'n', configuration, annotations };
}

function given(surroundings: Surroundings): { container: ContainerDraft; spec: PodSpecDraft } {
  const container: ContainerDraft = { name: 'storage-initializer' };
  const spec: PodSpecDraft = { containers: [] };
  giveCredentials(container, spec, surroundings);
  return { container, spec };
}

const from = (name: string, key = name): object => ({
  name,
  valueFrom: { secretKeyRef: { name: 's', key } },
});
const keys = { AWS_ACCESS_KEY_ID: 'i', AWS_SECRET_ACCESS_KEY: 'k' };
const keyVariables = [from('AWS_ACCESS_KEY_ID'), from('AWS_SECRET_ACCESS_KEY')];
const value = (name: string, text: string): object => ({ name, value: text });

test('a Secret of each sort becomes the variables that fetch with it', () => {
  const rows: readonly (readonly [values: Texts, annotations: Texts, env: readonly object[]])[] = [
    [keys, {}, keyVariables],
    [
      { ...keys, S3_ENDPOINT: 'minio:9000', S3_USE_HTTPS: '0', AWS_DEFAULT_REGION: 'secret' },
      { 'serving.kserve.io/s3-region': 'annotated', 'serving.kserve.io/s3-verifyssl': '0' },
      [
        ...keyVariables,
        value('S3_USE_HTTPS', '0'),
        value('S3_ENDPOINT', 'minio:9000'),
        value('AWS_ENDPOINT_URL', 'http://minio:9000'),
        value('S3_VERIFY_SSL', '0'),
        value('AWS_DEFAULT_REGION', 'annotated'),
      ],
    ],
    [
      keys,
      { 'serving.kserve.io/s3-endpoint': 'HTTPS://s3.example.com', 'serving.kserve.io/s3-usehttps': '0' },
      [
        ...keyVariables,
        value('S3_USE_HTTPS', '1'),
        value('S3_ENDPOINT', 's3.example.com'),
        value('AWS_ENDPOINT_URL', 'HTTPS://s3.example.com'),
      ],
    ],
    [
      { AZ_CLIENT_ID: 'c', AZ_TENANT_ID: 't', AZURE_CLIENT_SECRET: 'x' },
      {},
      [
        from('AZURE_TENANT_ID', 'AZ_TENANT_ID'),
        from('AZURE_CLIENT_ID', 'AZ_CLIENT_ID'),
        from('AZURE_CLIENT_SECRET'),
      ],
    ],
    [{ AZURE_STORAGE_ACCESS_KEY: 'k' }, {}, [from('AZURE_STORAGE_ACCESS_KEY')]],
    [
      { 'https-host': 'h.example.com', headers: '{"a":"b"}' },
      {},
      [value('h.example.com-headers', '{"a":"b"}')],
    ],
    [{ HF_TOKEN: 't' }, {}, [from('HF_TOKEN')]],
    [{ MODELSCOPE_API_TOKEN: 't' }, {}, [from('MODELSCOPE_API_TOKEN')]],
    [{ anything: 'else' }, {}, []],
  ];
  for (const [values, annotations, env] of rows) {
    const { container } = given(around([account(['s']), secret(values, annotations)]));
    assert.deepEqual(container.env ?? [], env);
  }
});

test('Google’s and HDFS’ credentials are files', () => {
  const google = given(around([account(['s']), secret({ 'gcloud-application-credentials.json': '{}' })]));
  assert.deepEqual(google.spec.volumes, [{ name: 'user-gcp-sa', secret: { secretName: 's' } }]);
  assert.deepEqual(google.container.volumeMounts, [
    { name: 'user-gcp-sa', readOnly: true, mountPath: '/var/secrets/' },
  ]);
  const hdfs = given(around([account(['s']), secret({ HDFS_NAMENODE: 'h' })]));
  assert.deepEqual(hdfs.container.volumeMounts, [
    { name: 'hdfs-secrets', readOnly: true, mountPath: '/var/secrets/kserve-hdfscreds' },
  ]);
});

test('an annotation names the one Secret; a missing Secret is told, a missing account gives nothing', () => {
  const named = { 'serving.kserve.io/storageSecretName': 's' };
  const { container } = given(around([account(['other']), secret({ HF_TOKEN: 't' })], named));
  assert.deepEqual(container.env, [from('HF_TOKEN')]);
  assert.throws(() => given(around([account(['gone'])])), /^Error: secrets "gone" not found$/);
  assert.deepEqual(given(around([])).container, { name: 'storage-initializer' });
  const role = { 'eks.amazonaws.com/role-arn': 'arn', 'serving.kserve.io/s3-region': 'r' };
  assert.deepEqual(given(around([account([], role)])).container.env, [value('AWS_DEFAULT_REGION', 'r')]);
});

test('`storage` becomes an address, the Secret’s entry and what overrides it', () => {
  const entries = {
    default: '{"type":"s3","bucket":"b","cabundle_configmap":"ca"}',
    default_hdfs: '{"type":"hdfs"}',
    bare: '{}',
    odd: '{"type":"ftp"}',
    broken: '{',
  };
  const objects = [secret(entries, {}, 'storage-config')];
  const asked = (spec: StorageSpec, held = objects): ContainerDraft => {
    const container = { name: 'i', args: ['<scheme-placeholder>://m/a', '/mnt/models'] };
    giveStorage(container, spec, around(held));
    return container;
  };
  const first = asked({ key: '', parameters: {} });
  assert.deepEqual(first.args, ['s3://b/m/a', '/mnt/models']);
  assert.deepEqual(first.env, [
    value('AWS_CA_BUNDLE_CONFIGMAP', 'ca'),
    { name: 'STORAGE_CONFIG', valueFrom: { secretKeyRef: { name: 'storage-config', key: 'default' } } },
  ]);
  assert.deepEqual(asked({ key: '', parameters: { type: 'hdfs' } }).args, ['hdfs://m/a', '/mnt/models']);
  const alone = asked({ key: '', parameters: { type: 's3', bucket: 'z' } }, []);
  assert.deepEqual(alone.args, ['s3://z/m/a', '/mnt/models']);
  assert.deepEqual(alone.env, [value('STORAGE_OVERRIDE_CONFIG', '{"bucket":"z","type":"s3"}')]);
  const faults: readonly (readonly [spec: StorageSpec, fault: RegExp, held?: KubeObject[]])[] = [
    [{ key: 'x', parameters: {} }, /specified storage key x not found in storage secret storage-config/],
    [{ key: 'x', parameters: {} }, /can't read storage secret storage-config/, []],
    [{ key: 'bare', parameters: {} }, /unable to determine storage type/],
    [{ key: 'odd', parameters: {} }, /must be one of \[s3, hdfs, webhdfs\]\. storage type \[ftp\]/],
    [{ key: 'broken', parameters: {} }, /invalid json encountered in key broken/],
    [{ key: 'bare', parameters: { type: 's3' } }, /format \[s3\] requires a bucket/],
  ];
  for (const [spec, fault, held] of faults) {
    assert.throws(
      () => asked(spec, held),
      (error: Error) => error instanceof PodFault && fault.test(error.message),
    );
  }
});

test('a ClusterStorageContainer is found by address or by name', () => {
  const [, installed] = installedObjects() as [KubeObject, KubeObject];
  const own = (name: string, more: object, spec: object): KubeObject => ({
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ClusterStorageContainer',
    metadata: { name },
    spec: { container: { name: 'storage-initializer', image: name }, workloadType: 'initContainer', ...spec },
    ...more,
  });
  const formats = { supportedUriFormats: [{ prefix: 'my://' }] };
  const held = around([
    installed,
    own('b', {}, formats),
    own('a', { disabled: true }, formats),
    own('c', {}, { ...formats, workloadType: 'localModelDownloadJob' }),
  ]);
  const image = (uri: string, name?: string): unknown =>
    storageContainerFor(uri, name, held)?.container['image'];
  assert.equal(image('my://x'), 'b');
  assert.equal(image('https://h/x'), 'kserve/storage-initializer:v0.20.0');
  assert.equal(image('other://x'), undefined);
  assert.throws(() => image('my://x', 'a'), /"a" is disabled/);
  assert.throws(() => image('my://x', 'c'), /workloadType "localModelDownloadJob"; explicit selection/);
  assert.throws(() => image('s3://x', 'b'), /"b" does not support storageUri "s3:\/\/x"/);
  assert.throws(() => image('s3://x', 'z'), /ClusterStorageContainer "z" not found/);
});

const server = { containers: [{ name: 'kserve-container' }, { name: 'transformer-container' }] };

test('several models: fetched by one container into one volume, claims mounted as they are', () => {
  const spec = withStorageUris(
    server,
    {
      uris: [
        { uri: 's3://b/base', mountPath: '/mnt/models/base' },
        { uri: 'hf://o/adapter', mountPath: '/mnt/models/adapters/one' },
        { uri: 'pvc://claim/ignored', mountPath: '/mnt/data' },
      ],
    },
    around(installedObjects()),
  ) as unknown as PodSpecDraft;
  const [init] = spec.initContainers as [ContainerDraft];
  assert.deepEqual(init.args, [
    's3://b/base',
    '/mnt/models/base',
    'hf://o/adapter',
    '/mnt/models/adapters/one',
  ]);
  assert.deepEqual(init.volumeMounts, [{ name: 'mnt-models', mountPath: '/mnt/models' }]);
  for (const { volumeMounts } of spec.containers) {
    assert.deepEqual(volumeMounts, [
      { name: 'mnt-data', readOnly: true, mountPath: '/mnt/data' },
      { name: 'mnt-models', readOnly: true, mountPath: '/mnt/models' },
    ]);
  }
  assert.deepEqual(spec.volumes, [
    { name: 'mnt-data', persistentVolumeClaim: { claimName: 'claim' } },
    { name: 'mnt-models', emptyDir: {} },
  ]);
  assert.deepEqual(server.containers[0], { name: 'kserve-container' }, 'what was given stays as it was');
});

test('several images get names of their own, and no parent folder in common', () => {
  const uris = (...paths: string[]): { uris: { uri: string; mountPath: string }[] } => ({
    uris: paths.map((mountPath, at) => ({ uri: `oci://r/m:${at}`, mountPath })),
  });
  const spec = withStorageUris(
    server,
    uris('/mnt/models', '/opt/a/b'),
    around([]),
  ) as unknown as PodSpecDraft;
  assert.deepEqual(
    spec.containers.map(({ name }) => name),
    ['kserve-container', 'transformer-container', 'modelcar', 'modelcar-1'],
  );
  assert.equal(
    spec.containers[3]?.args?.[2],
    'mkdir -p /opt/a && ln -sf /proc/$$$$/root/models /opt/a/b && sleep infinity',
  );
  assert.throws(
    () => withStorageUris(server, uris('/mnt/a', '/mnt/b'), around([])),
    /share parent directory "\/mnt"/,
  );
});

test('the deepest folder that all are in', () => {
  assert.equal(commonFolder(['/mnt/models']), '/mnt/models');
  assert.equal(commonFolder(['/mnt/models/a', '/mnt/models/b/c']), '/mnt/models');
  assert.equal(commonFolder(['/mnt/models', '/mnt/models/b']), '/mnt/models');
  assert.equal(commonFolder(['/a', '/b']), '/');
});
