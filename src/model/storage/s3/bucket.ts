import { join } from 'node:path';
import type { Asking } from '../remote/request.ts';
import { storageErrors } from '../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A bucket as it is asked. */
export interface Bucket {
  /** Where its objects lie: ends with a slash. */
  readonly base: string;
  /** Whether the tag of an object in one part is its MD5. */
  readonly tagsAreSums: boolean;
  urlOf(key: string): URL;
  /** How a URL is asked: signed, unless nobody is asking. */
  signed(url: URL): Promise<Asking>;
}

/** Names in KServe's storage secret, and of the environment that stands for them. */
const ofSecret: Readonly<Record<string, string>> = {
  endpoint_url: 'AWS_ENDPOINT_URL',
  access_key_id: 'AWS_ACCESS_KEY_ID',
  secret_access_key: 'AWS_SECRET_ACCESS_KEY',
  region: 'AWS_DEFAULT_REGION',
  ca_bundle: 'AWS_CA_BUNDLE',
  verify_ssl: 'S3_VERIFY_SSL',
  anonymous: 'awsAnonymousCredential',
};

/**
 * A bucket, by the environment of KServe's storage initializer.
 * @throws storage-credentials
 */
export async function bucketOf(name: string, given: Environment, signal: AbortSignal): Promise<Bucket> {
  const environment = withSecret(given);
  const value = (key: string): string | undefined => environment[key] || undefined;
  const region = value('AWS_DEFAULT_REGION') ?? value('AWS_REGION') ?? 'us-east-1';
  const endpoint = endpointOf(environment);
  const virtual = isYes(value('S3_USER_VIRTUAL_BUCKET')) || endpoint === undefined;
  const accelerated = isYes(value('S3_USE_ACCELERATE')) ? 's3-accelerate' : `s3.${region}`;
  const server = new URL(endpoint ?? `https://${accelerated}.amazonaws.com`);
  if (virtual) server.hostname = `${name}.${server.hostname}`;
  else server.pathname = `${server.pathname.replace(/\/+$/, '')}/${encodeURIComponent(name)}/`;
  const asking: Asking = {
    signal,
    authorities: value('AWS_CA_BUNDLE') ?? mountedBundle(environment),
    insecure: isNo(value('S3_VERIFY_SSL')),
  };
  const signer = isYes(value('awsAnonymousCredential')) ? undefined : await signerOf(environment, region);
  return {
    base: server.href,
    tagsAreSums: endpoint === undefined,
    urlOf: key => new URL(key.split('/').map(encodeURIComponent).join('/'), server),
    signed: async url => {
      if (signer === undefined) return asking;
      const { headers } = await signer.sign(url.href);
      return { ...asking, headers: Object.fromEntries(headers.entries()) };
    },
  };
}

/** The environment with what a storage secret says (`STORAGE_CONFIG`, and `STORAGE_OVERRIDE_CONFIG` over it). */
function withSecret(environment: Environment): Environment {
  const said = {
    ...jsonIn(environment, 'STORAGE_CONFIG'),
    ...jsonIn(environment, 'STORAGE_OVERRIDE_CONFIG'),
  };
  const rows = Object.entries(ofSecret).flatMap(([key, variable]) =>
    said[key] === undefined || said[key] === '' ? [] : [[variable, String(said[key])]],
  );
  return { ...environment, ...(Object.fromEntries(rows) as Record<string, string>) };
}

function jsonIn(environment: Environment, variable: string): Record<string, string | boolean | number> {
  const text = environment[variable] ?? '';
  if (text === '') return {};
  try {
    return JSON.parse(text) as Record<string, string | boolean | number>;
  } catch {
    throw storageErrors.make['storage-credentials'](`${variable}: found no JSON object`);
  }
}

/** The bundle that KServe mounts for every model when its configuration names one. */
function mountedBundle(environment: Environment): string | undefined {
  const { CA_BUNDLE_CONFIGMAP_NAME: name = '', CA_BUNDLE_VOLUME_MOUNT_POINT: folder = '' } = environment;
  return name === '' || folder === '' ? undefined : join(folder, 'cabundle.crt');
}

function endpointOf(environment: Environment): string | undefined {
  const url = environment['AWS_ENDPOINT_URL'] ?? '';
  if (url !== '') return url;
  const host = environment['S3_ENDPOINT'] ?? '';
  if (host === '') return undefined;
  return `${isNo(environment['S3_USE_HTTPS']) ? 'http' : 'https'}://${host}`;
}

async function signerOf(
  environment: Environment,
  region: string,
): Promise<{ sign(url: string): Promise<{ readonly headers: Headers }> } | undefined> {
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = environment;
  // Without a key there is nothing to sign with: what is public can be read all the same.
  if (id === '' && secret === '') return undefined;
  if (id === '' || secret === '') {
    const missing = id === '' ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY';
    throw storageErrors.make['storage-credentials'](
      `${missing}: found nothing, though the other half of the key is there`,
    );
  }
  const { AwsClient } = await import('aws4fetch');
  return new AwsClient({
    accessKeyId: id,
    secretAccessKey: secret,
    service: 's3',
    region,
    ...(environment['AWS_SESSION_TOKEN'] !== undefined && { sessionToken: environment['AWS_SESSION_TOKEN'] }),
  });
}

function isYes(text: string | undefined): boolean {
  return /^(1|true|yes)$/i.test(text ?? '');
}

function isNo(text: string | undefined): boolean {
  return /^(0|false|no)$/i.test(text ?? '');
}
