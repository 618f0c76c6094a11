export { kserveAdmission } from './steps.ts';
export { kserveErrors } from './errors.ts';
export { LiveConfiguration } from './config/live.ts';
export { configurationOf, readConfiguration, type ReadConfiguration } from './config/read.ts';
export type {
  AutoscalerConfiguration,
  BatcherConfiguration,
  CollectorConfiguration,
  Configuration,
  ContainerConfiguration,
  CredentialsConfiguration,
  DeployConfiguration,
  DeploymentMode,
  IngressConfiguration,
  LocalModelConfiguration,
  LoggerConfiguration,
  LoggerStorage,
  MetricsConfiguration,
  ResourceConfiguration,
  RouterConfiguration,
  S3Configuration,
  ServiceConfiguration,
  StorageInitializerConfiguration,
} from './config/shape.ts';
export { withStorageUris, type StorageUri, type StorageUris } from './pods/storage/several.ts';
export { PodFault, type Surroundings } from './pods/surroundings.ts';
export { configMapPlace, installedConfiguration, installedObjects } from './installed/objects.ts';
