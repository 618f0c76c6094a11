import type { Section } from './section.ts';
import type { CredentialsConfiguration, S3Configuration } from './shape.ts';

export function credentialsOf(section: Section): CredentialsConfiguration {
  return {
    storageSpecSecretName: section.text('storageSpecSecretName', '') || 'storage-config',
    storageSecretNameAnnotation: section.text(
      'storageSecretNameAnnotation',
      'serving.kserve.io/storageSecretName',
    ),
    gcs: {
      gcsCredentialFileName:
        section.section('gcs').text('gcsCredentialFileName', '') || 'gcloud-application-credentials.json',
    },
    s3: s3Of(section.section('s3')),
  };
}

/** KServe's programs fall back to `awsAccessKeyID` where nothing is said, its ConfigMap says the names of AWS' own tools. */
function s3Of(section: Section): S3Configuration {
  return {
    s3AccessKeyIDName: section.text('s3AccessKeyIDName', '') || 'awsAccessKeyID',
    s3SecretAccessKeyName: section.text('s3SecretAccessKeyName', '') || 'awsSecretAccessKey',
    s3Endpoint: section.text('s3Endpoint', ''),
    s3UseHttps: section.text('s3UseHttps', ''),
    s3Region: section.text('s3Region', ''),
    s3VerifySSL: section.text('s3VerifySSL', ''),
    s3UseVirtualBucket: section.text('s3UseVirtualBucket', ''),
    s3UseAccelerate: section.text('s3UseAccelerate', ''),
    s3UseAnonymousCredential: section.text('s3UseAnonymousCredential', ''),
    s3CABundleConfigMap: section.text('s3CABundleConfigMap', ''),
    s3CABundle: section.text('s3CABundle', ''),
  };
}
