import {
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  parseQuantity,
  requiredValue,
  signOf,
  unsupportedValue,
} from '../../../meta/index.ts';
import { isKubernetesSigner, signerErrors } from '../certificates/signers.ts';
import { among, dnsLabel, notReservedPath, noBacksteps, required } from '../checks.ts';
import { fieldRefErrors, resourceFieldErrors } from './env.ts';
import type { DownwardFile, KeyToPath, ProjectionSource, Volume } from './shapes.ts';

const volumeFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const modeFault = 'must be a number between 0 and 0777 (octal), both inclusive';

type SourceName = Exclude<keyof Volume, 'name'>;

const sources: {
  readonly [Name in SourceName]?: (source: NonNullable<Volume[Name]>, field: string) => FieldError[];
} = {
  hostPath: ({ path = '', type = '' }, field) => [
    ...required(path, `${field}.path`),
    ...(path === '' ? [] : noBacksteps(path, `${field}.path`)),
    ...among(type, hostPathTypes, `${field}.type`),
  ],
  secret: ({ secretName, defaultMode, items = [] }, field) => [
    ...required(secretName, `${field}.secretName`),
    ...modeErrors(defaultMode, `${field}.defaultMode`),
    ...items.flatMap((item, index) => keyErrors(item, `${field}.items[${index}]`)),
  ],
  nfs: ({ server, path = '' }, field) => [
    ...required(server, `${field}.server`),
    ...required(path, `${field}.path`),
    ...(path.startsWith('/') ? [] : [invalidValue(`${field}.path`, path, 'must be an absolute path')]),
  ],
  persistentVolumeClaim: ({ claimName }, field) => required(claimName, `${field}.claimName`),
  configMap: ({ name, defaultMode, items = [] }, field) => [
    ...required(name, `${field}.name`),
    ...modeErrors(defaultMode, `${field}.defaultMode`),
    ...items.flatMap((item, index) => keyErrors(item, `${field}.items[${index}]`)),
  ],
  downwardAPI: ({ defaultMode, items = [] }, field) => [
    ...modeErrors(defaultMode, `${field}.defaultMode`),
    ...items.flatMap(file => fileErrors(file, field)),
  ],
  projected: ({ defaultMode, sources: parts = [] }, field) => [
    ...modeErrors(defaultMode, `${field}.defaultMode`),
    ...projectionErrors(parts, field),
  ],
  csi: ({ driver = '', nodePublishSecretRef }, field) => [
    ...required(driver, `${field}.driver`),
    ...(nodePublishSecretRef !== undefined && (nodePublishSecretRef.name ?? '') === ''
      ? [requiredValue(`${field}.nodePublishSecretRef.name`)]
      : []),
  ],
  ephemeral: ({ volumeClaimTemplate }, field) =>
    volumeClaimTemplate === undefined ? [requiredValue(`${field}.volumeClaimTemplate`)] : [],
  image: ({ pullPolicy = '' }, field) => among(pullPolicy, pullPolicies, `${field}.pullPolicy`),
};

export const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

/** Rules of a pod's volumes; the second part has those that containers may mount. */
export function volumeErrors(
  volumes: readonly Volume[],
  field: string,
): { errors: FieldError[]; usable: ReadonlyMap<string, Volume> } {
  const usable = new Map<string, Volume>();
  const errors: FieldError[] = [];
  for (const [index, volume] of volumes.entries()) {
    const at = `${field}[${index}]`;
    const name = volume.name ?? '';
    const found = sourceErrorsOf(volume, at);
    found.push(...(name === '' ? [requiredValue(`${at}.name`)] : dnsLabel(name, `${at}.name`)));
    if (usable.has(name)) found.push(duplicateValue(`${at}.name`, name));
    if (found.length === 0) usable.set(name, volume);
    errors.push(...found);
  }
  return { errors, usable };
}

/** Rules of where a volume lies: in exactly one place. */
export function sourceErrorsOf(volume: Volume, field: string): FieldError[] {
  const errors = emptyDirErrors(volume, field);
  const names = Object.keys(volume).filter(
    name => name !== 'name' && volume[name as SourceName] !== undefined,
  ) as SourceName[];
  const known = names.filter(name => name !== 'emptyDir');
  let taken = volume.emptyDir !== undefined;
  const order = Object.keys(sources);
  for (const name of known.toSorted((a, b) => order.indexOf(a) - order.indexOf(b))) {
    if (taken) {
      errors.push(forbiddenField(`${field}.${name}`, 'may not specify more than 1 volume type'));
      continue;
    }
    taken = true;
    const check = sources[name] as ((source: unknown, field: string) => FieldError[]) | undefined;
    errors.push(...(check?.(volume[name], `${field}.${name}`) ?? []));
  }
  if (!taken) errors.push(requiredValue(field, 'must specify a volume type'));
  return errors;
}

function emptyDirErrors({ emptyDir }: Volume, field: string): FieldError[] {
  const limit = parseQuantity(emptyDir?.sizeLimit ?? '0');
  if (limit === undefined || signOf(limit) >= 0) return [];
  return [forbiddenField(`${field}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity')];
}

function modeErrors(mode: number | undefined, field: string): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [invalidValue(field, mode, modeFault)];
}

function keyErrors({ key, path = '', mode }: KeyToPath, field: string): FieldError[] {
  return [
    ...required(key, `${field}.key`),
    ...required(path, `${field}.path`),
    ...notReservedPath(path, `${field}.path`),
    ...modeErrors(mode, `${field}.mode`),
  ];
}

function fileErrors(
  { path = '', fieldRef, resourceFieldRef, mode }: DownwardFile,
  field: string,
): FieldError[] {
  const errors = [...required(path, `${field}.path`), ...notReservedPath(path, `${field}.path`)];
  if (fieldRef !== undefined) {
    errors.push(...fieldRefErrors(fieldRef, volumeFields, `${field}.fieldRef`));
    if (resourceFieldRef !== undefined) {
      const detail = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.push(invalidValue(field, 'resource', detail));
    }
  } else if (resourceFieldRef === undefined) {
    errors.push(requiredValue(field, 'one of fieldRef and resourceFieldRef is required'));
  } else {
    errors.push(...resourceFieldErrors(resourceFieldRef, `${field}.resourceFieldRef`, true));
  }
  return [...errors, ...modeErrors(mode, `${field}.mode`)];
}

function projectionErrors(parts: readonly ProjectionSource[], field: string): FieldError[] {
  const paths = new Set<string>();
  const conflict = (path: string | undefined, value: unknown): FieldError[] => {
    if (path === undefined || path === '') return [];
    if (paths.has(path)) return [invalidValue(field, value, 'conflicting duplicate paths')];
    paths.add(path);
    return [];
  };
  return parts.flatMap((part, index) => {
    const at = `${field}.sources[${index}]`;
    const errors: FieldError[] = [];
    for (const name of ['secret', 'configMap'] as const) {
      const source = part[name];
      if (source === undefined) continue;
      errors.push(...required(source.name, `${at}.${name}.name`));
      for (const [item, key] of (source.items ?? []).entries()) {
        errors.push(
          ...keyErrors(key, `${at}.${name}.items[${item}]`),
          ...conflict(key.path, source.name ?? ''),
        );
      }
    }
    for (const file of part.downwardAPI?.items ?? []) {
      errors.push(...fileErrors(file, `${at}.downwardAPI`), ...conflict(file.path, file.path));
    }
    errors.push(...tokenErrors(part, at, field), ...certificateErrors(part, at));
    for (const name of certificatePaths) {
      const path = part.podCertificate?.[name];
      errors.push(...conflict(path, path));
    }
    const count = Object.values(part).filter(source => source !== undefined).length;
    if (count > 1) errors.push(forbiddenField(at, 'may not specify more than 1 volume type per source'));
    return errors;
  });
}

function tokenErrors(
  { serviceAccountToken: token }: ProjectionSource,
  at: string,
  field: string,
): FieldError[] {
  if (token === undefined) return [];
  const { expirationSeconds: seconds, path = '' } = token;
  const errors: FieldError[] = [];
  const place = `${at}.serviceAccountToken.expirationSeconds`;
  if (seconds === undefined) errors.push(requiredValue(place));
  else if (seconds < 600)
    errors.push(invalidValue(place, seconds, 'may not specify a duration less than 10 minutes'));
  else if (seconds > 2 ** 32)
    errors.push(invalidValue(place, seconds, 'may not specify a duration larger than 2^32 seconds'));
  if (path === '') return [...errors, requiredValue(`${field}.path`)];
  return [...errors, ...notReservedPath(path, `${field}.path`)];
}

const keyTypes = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const certificatePaths = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const;
const hour = 3600;
/** Seconds that a certificate may last: of a signer of Kubernetes' own, and of another. */
const longest = { kubernetes: 24 * hour, others: 91 * 24 * hour };

function certificateErrors({ podCertificate: source }: ProjectionSource, field: string): FieldError[] {
  if (source === undefined) return [];
  const { signerName, keyType = '', maxExpirationSeconds: seconds } = source;
  const at = `${field}.podCertificate`;
  const most = isKubernetesSigner(signerName) ? longest.kubernetes : longest.others;
  const wrong = (bound: string): FieldError[] => [
    invalidValue(`${at}.maxExpirationSeconds`, seconds, `if provided, maxExpirationSeconds must be ${bound}`),
  ];
  const paths = certificatePaths.filter(name => (source[name] ?? '') !== '');
  const detail = 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath';
  return [
    ...signerErrors(signerName, `${at}.signerName`),
    ...(keyTypes.includes(keyType) ? [] : [unsupportedValue(`${at}.keyType`, keyType, keyTypes)]),
    ...(seconds !== undefined && seconds < hour ? wrong(`>= ${hour}`) : []),
    ...(seconds !== undefined && seconds > most ? wrong(`<= ${most}`) : []),
    ...paths.flatMap(name => notReservedPath(source[name] ?? '', `${at}.${name}`)),
    ...(paths.length === 0 ? [requiredValue(at, detail)] : []),
  ];
}
