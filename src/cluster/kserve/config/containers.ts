import type { Section } from './section.ts';
import type {
  BatcherConfiguration,
  ContainerConfiguration,
  LoggerConfiguration,
  LoggerStorage,
  ResourceConfiguration,
  RouterConfiguration,
  StorageInitializerConfiguration,
} from './shape.ts';

/** Images of the release whose behaviour is followed. */
export const release = 'v0.20.0';

const small: ResourceConfiguration = {
  cpuRequest: '100m',
  cpuLimit: '1',
  memoryRequest: '100Mi',
  memoryLimit: '1Gi',
};
const large: ResourceConfiguration = {
  cpuRequest: '1',
  cpuLimit: '1',
  memoryRequest: '1Gi',
  memoryLimit: '1Gi',
};

export function resourcesOf(section: Section, usual: ResourceConfiguration): ResourceConfiguration {
  return {
    cpuRequest: section.quantity('cpuRequest', usual.cpuRequest),
    cpuLimit: section.quantity('cpuLimit', usual.cpuLimit),
    memoryRequest: section.quantity('memoryRequest', usual.memoryRequest),
    memoryLimit: section.quantity('memoryLimit', usual.memoryLimit),
  };
}

function containerOf(section: Section, name: string, usual = small): ContainerConfiguration {
  return { image: section.text('image', `kserve/${name}:${release}`), ...resourcesOf(section, usual) };
}

export function agentOf(section: Section): ContainerConfiguration {
  return containerOf(section, 'agent');
}

export function batcherOf(section: Section): BatcherConfiguration {
  return {
    ...containerOf(section, 'agent', large),
    maxBatchSize: section.text('maxBatchSize', '32'),
    maxLatency: section.text('maxLatency', '5000'),
  };
}

export function loggerOf(section: Section): LoggerConfiguration {
  const storage = section.optionalSection('storage');
  return {
    ...containerOf(section, 'agent'),
    defaultUrl: section.text('defaultUrl', 'http://default-broker'),
    caBundle: section.text('caBundle', ''),
    caCertFile: section.text('caCertFile', ''),
    tlsSkipVerify: section.flag('tlsSkipVerify', false),
    ...(storage !== undefined && { storage: loggerStorageOf(storage) }),
    marshallerUrl: section.text('marshallerUrl', ''),
    batchSize: section.number('batchSize', 0),
    batchInterval: section.text('batchInterval', ''),
  };
}

function loggerStorageOf(section: Section): LoggerStorage {
  const path = section.optionalText('path');
  const key = section.optionalText('key');
  const serviceAccountName = section.optionalText('serviceAccountName');
  const parameters = section.map('parameters');
  return {
    ...(path !== undefined && { path }),
    ...(parameters !== undefined && { parameters }),
    ...(key !== undefined && { key }),
    ...(serviceAccountName !== undefined && { serviceAccountName }),
  };
}

export function routerOf(section: Section): RouterConfiguration {
  return {
    ...containerOf(section, 'router'),
    headers: { propagate: section.section('headers').texts('propagate') },
    imagePullPolicy: section.text('imagePullPolicy', 'IfNotPresent'),
    imagePullSecrets: section.texts('imagePullSecrets'),
  };
}

export function storageInitializerOf(section: Section): StorageInitializerConfiguration {
  const uidModelcar = section.optionalNumber('uidModelcar');
  const said = section.word('ociModelMode', ['modelcar', 'native', 'fetch']);
  // Either older switch alone means `modelcar`; KServe's ConfigMap has the first on.
  const on = section.flag('enableModelcar', false) || section.flag('enableOciModelSupport', false);
  const ociModelMode = said ?? (on ? 'modelcar' : undefined);
  return {
    ...containerOf(section, 'storage-initializer'),
    caBundleConfigMapName: section.text('caBundleConfigMapName', ''),
    caBundleVolumeMountPath: section.text('caBundleVolumeMountPath', '/etc/ssl/custom-certs'),
    ...(ociModelMode !== undefined && { ociModelMode }),
    cpuModelcar: section.quantity('cpuModelcar', '10m'),
    memoryModelcar: section.quantity('memoryModelcar', '15Mi'),
    ...(uidModelcar !== undefined && { uidModelcar }),
  };
}
