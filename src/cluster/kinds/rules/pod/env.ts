import {
  configKeyFaults,
  envNameFaults,
  type FieldError,
  formatQuantity,
  invalidValue,
  parseQuantity,
  qualifiedNameFaults,
  requiredValue,
  signOf,
  subdomainFaults,
  unsupportedValue,
} from '../../../meta/index.ts';
import { dnsLabel, faulty, noBacksteps, required } from '../checks.ts';
import type { EnvFrom, EnvVar, FieldRef, KeyRef, ResourceFieldRef } from './shapes.ts';

const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function envErrors(vars: readonly EnvVar[], field: string): FieldError[] {
  return vars.flatMap((one, index) => {
    const at = `${field}[${index}]`;
    const name = one.name ?? '';
    const errors =
      name === '' ? [requiredValue(`${at}.name`)] : faulty(envNameFaults(name), `${at}.name`, name);
    return [...errors, ...valueFromErrors(one, `${at}.valueFrom`)];
  });
}

function valueFromErrors({ value = '', valueFrom: from }: EnvVar, field: string): FieldError[] {
  if (from === undefined) return [];
  const errors = [
    ...(from.fieldRef === undefined ? [] : fieldRefErrors(from.fieldRef, envFields, `${field}.fieldRef`)),
    ...(from.resourceFieldRef === undefined
      ? []
      : resourceFieldErrors(from.resourceFieldRef, `${field}.resourceFieldRef`, false)),
    ...(from.configMapKeyRef === undefined
      ? []
      : keyRefErrors(from.configMapKeyRef, `${field}.configMapKeyRef`)),
    ...(from.secretKeyRef === undefined ? [] : keyRefErrors(from.secretKeyRef, `${field}.secretKeyRef`)),
    ...(from.fileKeyRef === undefined ? [] : fileKeyErrors(from.fileKeyRef, `${field}.fileKeyRef`)),
  ];
  const sources = Object.values(from).filter(source => source !== undefined).length;
  if (sources === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalidValue(field, '', detail));
  } else if (value !== '') {
    errors.push(invalidValue(field, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) {
    errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

/** Paths of a pod's fields that may be read besides those of the two maps of metadata. */
const convertible = new Set([
  ...envFields,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

export function fieldRefErrors(ref: FieldRef, allowed: readonly string[], field: string): FieldError[] {
  const { apiVersion = '', fieldPath = '' } = ref;
  if (apiVersion === '') return [requiredValue(`${field}.apiVersion`)];
  if (fieldPath === '') return [requiredValue(`${field}.fieldPath`)];
  const at = `${field}.fieldPath`;
  if (apiVersion !== 'v1') {
    return [
      invalidValue(at, fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`),
    ];
  }
  const subscripted = /^(.*)\['(.*)'\]$/s.exec(fieldPath);
  const path = subscripted?.[1] ?? fieldPath;
  if (
    !convertible.has(subscripted === null ? fieldPath : path) ||
    (subscripted !== null && !path.startsWith('metadata.'))
  ) {
    return [
      invalidValue(at, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`),
    ];
  }
  if (subscripted === null) return allowed.includes(path) ? [] : [unsupportedValue(at, path, allowed)];
  const key = subscripted[2] ?? '';
  if (path === 'metadata.annotations')
    return faulty(qualifiedNameFaults(key.toLowerCase()), field, key.toLowerCase());
  if (path === 'metadata.labels') return faulty(qualifiedNameFaults(key), field, key);
  return [invalidValue(field, path, 'does not support subscript')];
}

export function resourceFieldErrors(ref: ResourceFieldRef, field: string, volume: boolean): FieldError[] {
  const { containerName = '', resource = '' } = ref;
  const errors: FieldError[] = [];
  if (volume && containerName === '') errors.push(requiredValue(`${field}.containerName`));
  else if (resource === '') errors.push(requiredValue(`${field}.resource`));
  else if (!resourceFields.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) {
    errors.push(unsupportedValue(`${field}.resource`, resource, resourceFields));
  }
  return [...errors, ...divisorErrors(ref, field)];
}

const sizes = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function divisorErrors({ resource = '', divisor = '0' }: ResourceFieldRef, field: string): FieldError[] {
  const quantity = parseQuantity(divisor);
  if (quantity === undefined || signOf(quantity) === 0) return [];
  const text = formatQuantity(quantity);
  const at = `${field}.divisor`;
  if (resource.endsWith('.cpu')) {
    if (text === '1' || text === '1m') return [];
    return [invalidValue(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource")];
  }
  const name = sizeName(resource);
  if (name === undefined || sizes.includes(text)) return [];
  const detail = `only divisor's values ${sizes.join(', ')} are supported with the ${name} resource`;
  return [invalidValue(at, resource, detail)];
}

function sizeName(resource: string): string | undefined {
  if (resource.endsWith('.memory')) return 'memory';
  if (resource.endsWith('.ephemeral-storage')) return 'local ephemeral storage';
  return resource.includes('.hugepages-') ? 'hugepages' : undefined;
}

function keyRefErrors({ name = '', key = '' }: KeyRef, field: string): FieldError[] {
  const errors = faulty(subdomainFaults(name), `${field}.name`, name);
  if (key === '') return [...errors, requiredValue(`${field}.key`)];
  return [...errors, ...faulty(configKeyFaults(key), `${field}.key`, key)];
}

type FileKeyRef = NonNullable<NonNullable<EnvVar['valueFrom']>['fileKeyRef']>;

function fileKeyErrors({ key = '', volumeName = '', path = '' }: FileKeyRef, field: string): FieldError[] {
  return [
    ...(key === '' ? [requiredValue(`${field}.key`)] : faulty(envNameFaults(key), `${field}.key`, key)),
    ...(volumeName === ''
      ? [requiredValue(`${field}.volumeName`)]
      : dnsLabel(volumeName, `${field}.volumeName`)),
    ...required(path, `${field}.path`),
    ...noBacksteps(path, `${field}.path`),
  ];
}

export function envFromErrors(sources: readonly EnvFrom[], field: string): FieldError[] {
  return sources.flatMap((source, index) => {
    const at = `${field}[${index}]`;
    const { prefix = '', configMapRef, secretRef } = source;
    const errors = prefix === '' ? [] : faulty(envNameFaults(prefix), `${at}.prefix`, prefix);
    if (configMapRef !== undefined) errors.push(...refNameErrors(configMapRef, `${at}.configMapRef.name`));
    if (secretRef !== undefined) errors.push(...refNameErrors(secretRef, `${at}.secretRef.name`));
    if (configMapRef === undefined && secretRef === undefined) {
      errors.push(invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
    }
    return errors;
  });
}

/** The beginning of a name is enough here, so it may end in a dash. */
function refNameErrors({ name = '' }: { readonly name?: string }, field: string): FieldError[] {
  if (name === '') return [requiredValue(field)];
  const whole = name.replace(/-$/, 'a');
  return faulty(subdomainFaults(whole), field, name);
}
