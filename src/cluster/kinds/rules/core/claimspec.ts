import {
  type FieldError,
  forbiddenField,
  invalidValue,
  labelFaults,
  parseQuantity,
  requiredValue,
  signOf,
  subdomainFaults,
} from '../../../meta/index.ts';
import { among, faulty, labelSelector, required } from '../checks.ts';
import type { ClaimSpec } from '../pod/shapes.ts';

export const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const volumeModes = ['Block', 'Filesystem'];

/** Rules of what a claim asks for (`ValidatePersistentVolumeClaimSpec`), wherever it stands. */
export function claimSpecErrors(spec: ClaimSpec, field: string): FieldError[] {
  const { volumeMode, storageClassName = '', volumeAttributesClassName: attributes = '' } = spec;
  const modes = spec.accessModes ?? [];
  return [
    ...(modes.length === 0
      ? [requiredValue(`${field}.accessModes`, 'at least 1 access mode is required')]
      : []),
    ...labelSelector(spec.selector, `${field}.selector`),
    ...modeErrors(modes, `${field}.accessModes`),
    ...sizeErrors(spec, `${field}.resources[storage]`),
    ...faulty(
      storageClassName === '' ? [] : subdomainFaults(storageClassName),
      `${field}.storageClassName`,
      storageClassName,
    ),
    ...(volumeMode === undefined ? [] : among(volumeMode, volumeModes, `${field}.volumeMode`)),
    ...sourceErrors(spec, field),
    ...faulty(
      attributes === '' ? [] : subdomainFaults(attributes),
      `${field}.volumeAttributesClassName`,
      attributes,
    ),
  ];
}

export function modeErrors(modes: readonly string[], field: string): FieldError[] {
  const errors = modes.flatMap(mode => among(mode, accessModes, field));
  const single = modes.includes('ReadWriteOncePod');
  const others = modes.some(mode => mode !== 'ReadWriteOncePod' && accessModes.includes(mode));
  if (!single || !others) return errors;
  return [...errors, forbiddenField(field, 'may not use ReadWriteOncePod with other access modes')];
}

function sizeErrors(spec: ClaimSpec, field: string): FieldError[] {
  const asked = spec.resources?.requests?.['storage'];
  if (asked === undefined) return [requiredValue(field)];
  const quantity = parseQuantity(asked);
  if (quantity === undefined || signOf(quantity) > 0) return [];
  return [invalidValue(field, asked, 'must be greater than zero')];
}

type Source = NonNullable<ClaimSpec['dataSourceRef']>;

function sourceErrors({ dataSource, dataSourceRef }: ClaimSpec, field: string): FieldError[] {
  return [
    ...(dataSource === undefined ? [] : oneSourceErrors(dataSource, `${field}.dataSource`)),
    ...(dataSourceRef === undefined ? [] : oneSourceErrors(dataSourceRef, `${field}.dataSourceRef`)),
  ];
}

function oneSourceErrors(source: Source, field: string): FieldError[] {
  const { kind = '', name, namespace = '' } = source;
  const apiGroup = source.apiGroup ?? '';
  const errors = [...required(name, `${field}.name`), ...required(kind, `${field}.kind`)];
  if (apiGroup === '' && kind !== 'PersistentVolumeClaim') {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalidValue(field, kind, detail));
  }
  if (apiGroup !== '') errors.push(...faulty(subdomainFaults(apiGroup), `${field}.apiGroup`, apiGroup));
  if (namespace !== '') errors.push(...faulty(labelFaults(namespace), `${field}.namespace`, namespace));
  return errors;
}
