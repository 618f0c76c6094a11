import {
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  notFoundValue,
  requiredValue,
  unsupportedValue,
} from '../../../meta/index.ts';
import { among, descendingPath, noBacksteps, required } from '../checks.ts';
import type { Container, Volume, VolumeMount } from './shapes.ts';

type Volumes = ReadonlyMap<string, Volume>;

const bindOptions = ['nodev', 'noexec', 'nosuid'];

/** Rules of what a container mounts: every mount names a volume of the pod, every path is used once. */
export function mountErrors(container: Container, volumes: Volumes, field: string): FieldError[] {
  const paths = new Set<string>();
  const devices = container.volumeDevices ?? [];
  return (container.volumeMounts ?? []).flatMap((mount, index) => {
    const at = `${field}[${index}]`;
    const { name = '', mountPath = '' } = mount;
    const errors = name === '' ? [requiredValue(`${at}.name`)] : [];
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    errors.push(...required(mountPath, `${at}.mountPath`));
    if (paths.has(mountPath)) errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    if (devices.some(device => device.name === name)) {
      errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.some(device => device.devicePath === mountPath)) {
      const detail = 'must not already exist as a path in volumeDevices';
      errors.push(invalidValue(`${at}.mountPath`, mountPath, detail));
    }
    return [...errors, ...mannerErrors(mount, container, at, field)];
  });
}

/** Rules about the manner of a mount; most name the list, not the mount, as the field. */
function mannerErrors(mount: VolumeMount, container: Container, at: string, field: string): FieldError[] {
  const { subPath = '', subPathExpr = '', mountPropagation: propagation } = mount;
  const errors = subPath === '' ? [] : descendingPath(subPath, `${field}.subPath`);
  if (subPathExpr !== '') {
    if (subPath !== '') {
      const detail = 'subPathExpr and subPath are mutually exclusive';
      errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, detail));
    }
    errors.push(...descendingPath(subPathExpr, `${field}.subPathExpr`));
  }
  if (propagation !== undefined) {
    errors.push(...propagationErrors(propagation, container, `${field}.mountPropagation`));
  }
  errors.push(...recursiveErrors(mount, `${field}.recursiveReadOnly`));
  for (const [index, option] of (mount.bindMountOptions ?? []).entries()) {
    const place = `${at}.bindMountOptions[${index}]`;
    if (!bindOptions.includes(option)) errors.push(unsupportedValue(place, option, bindOptions));
    if (mount.bindMountOptions?.indexOf(option) !== index) errors.push(duplicateValue(place, option));
  }
  return errors;
}

function propagationErrors(value: string, { securityContext }: Container, field: string): FieldError[] {
  const errors = among(value, ['Bidirectional', 'HostToContainer', 'None'], field);
  if (value === 'Bidirectional' && securityContext?.privileged !== true) {
    const detail = 'Bidirectional mount propagation is available only to privileged containers';
    errors.push(forbiddenField(field, detail));
  }
  return errors;
}

function recursiveErrors(mount: VolumeMount, field: string): FieldError[] {
  const { recursiveReadOnly: value, readOnly, mountPropagation = 'None' } = mount;
  if (value === undefined || value === 'Disabled') return [];
  const errors = among(value, ['Disabled', 'Enabled', 'IfPossible'], field);
  if (errors.length > 0) return errors;
  if (readOnly !== true) errors.push(forbiddenField(field, 'may only be specified when readOnly is true'));
  if (mountPropagation !== 'None') {
    const detail = 'may only be specified when mountPropagation is None or not specified';
    errors.push(forbiddenField(field, detail));
  }
  return errors;
}

/** Rules of the raw devices of a container. */
export function deviceErrors(container: Container, volumes: Volumes, field: string): FieldError[] {
  const [paths, names] = [new Set<string>(), new Set<string>()];
  const mounts = container.volumeMounts ?? [];
  return (container.volumeDevices ?? []).flatMap(({ name = '', devicePath = '' }, index) => {
    const [nameAt, pathAt] = [`${field}[${index}].name`, `${field}[${index}].devicePath`];
    const volume = volumes.get(name);
    const errors = name === '' ? [requiredValue(nameAt)] : [];
    if (names.has(name)) errors.push(invalidValue(nameAt, name, 'must be unique'));
    if (volume === undefined) errors.push(notFoundValue(nameAt, name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalidValue(nameAt, name, detail));
    }
    errors.push(...required(devicePath, pathAt));
    if (paths.has(devicePath)) errors.push(invalidValue(pathAt, devicePath, 'must be unique'));
    if (noBacksteps(devicePath, pathAt).length > 0) {
      errors.push(invalidValue(pathAt, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (mounts.some(mount => mount.name === name)) {
      errors.push(invalidValue(nameAt, name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some(mount => mount.mountPath === devicePath)) {
      errors.push(invalidValue(pathAt, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
    return errors;
  });
}
