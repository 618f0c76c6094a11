import type { KubeObject } from '../../../meta/index.ts';
import type { S3Configuration } from '../../config/shape.ts';
import type { VariableDraft } from '../draft.ts';
import { valuesOf, variableFrom } from './secrets.ts';

/** A setting of S3: where annotations, a Secret and the configuration say it, and the variable that carries it. */
interface Setting {
  readonly annotation: string;
  /** A Secret's key, and the name of the variable. */
  readonly key: string;
  readonly configured: keyof S3Configuration;
}

const endpoint: Setting = { annotation: 's3-endpoint', key: 'S3_ENDPOINT', configured: 's3Endpoint' };
const https: Setting = { annotation: 's3-usehttps', key: 'S3_USE_HTTPS', configured: 's3UseHttps' };

/** Those that are handed on as they are, in KServe's order. */
const plain: readonly Setting[] = [
  { annotation: 's3-verifyssl', key: 'S3_VERIFY_SSL', configured: 's3VerifySSL' },
  {
    annotation: 's3-useanoncredential',
    key: 'awsAnonymousCredential',
    configured: 's3UseAnonymousCredential',
  },
  { annotation: 's3-region', key: 'AWS_DEFAULT_REGION', configured: 's3Region' },
  { annotation: 's3-usevirtualbucket', key: 'S3_USER_VIRTUAL_BUCKET', configured: 's3UseVirtualBucket' },
  { annotation: 's3-useaccelerate', key: 'S3_USE_ACCELERATE', configured: 's3UseAccelerate' },
  { annotation: 's3-cabundle', key: 'AWS_CA_BUNDLE', configured: 's3CABundle' },
  {
    annotation: 's3-cabundle-configmap',
    key: 'AWS_CA_BUNDLE_CONFIGMAP',
    configured: 's3CABundleConfigMap',
  },
];

/** Keys of a Secret, and settings of where S3 is. */
export function s3SecretVariables(secret: KubeObject, configuration: S3Configuration): VariableDraft[] {
  const name = secret.metadata.name ?? '';
  return [
    variableFrom(name, configuration.s3AccessKeyIDName, 'AWS_ACCESS_KEY_ID'),
    variableFrom(name, configuration.s3SecretAccessKeyName, 'AWS_SECRET_ACCESS_KEY'),
    ...s3Variables(secret, configuration),
  ];
}

/** Where S3 is: annotations count before a Secret's values, and those before the configuration. */
export function s3Variables(holder: KubeObject, configuration: S3Configuration): VariableDraft[] {
  const { annotations = {} } = holder.metadata;
  const values = holder.kind === 'Secret' ? valuesOf(holder) : new Map<string, string>();
  const said = ({ annotation, key, configured }: Setting): string =>
    annotations[`serving.kserve.io/${annotation}`] ?? values.get(key) ?? configuration[configured];
  const others = plain.map(setting => ({ name: setting.key, value: said(setting) }));
  return [...endpointVariables(said(endpoint).trim(), said(https)), ...others].filter(
    ({ value }) => value !== '',
  );
}

/** An endpoint that names its scheme decides about HTTPS itself. */
function endpointVariables(said: string, useHttps: string): { name: string; value: string }[] {
  if (said === '') return [];
  const [, scheme] = /^(https?):\/\//i.exec(said) ?? [];
  const decided = scheme === undefined ? useHttps : scheme.toLowerCase() === 'https' ? '1' : '0';
  const host = scheme === undefined ? said : said.slice(scheme.length + 3);
  const url = scheme === undefined ? `${useHttps === '0' ? 'http' : 'https'}://${said}` : said;
  return [
    { name: https.key, value: decided },
    { name: endpoint.key, value: host },
    { name: 'AWS_ENDPOINT_URL', value: url },
  ];
}
