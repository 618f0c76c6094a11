import {
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  requiredValue,
  tooLong,
} from '../../../meta/index.ts';
import { among, descendingPath, inRange } from '../checks.ts';
import { goValue } from '../difference/index.ts';
import type { PodSecurityContext, PodSpec, Profile, SecurityContext } from './shapes.ts';

const largestId = 2 ** 31 - 1;
const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function id(value: number | undefined, field: string): FieldError[] {
  return value === undefined ? [] : inRange(value, 0, largestId, field);
}

/** Rules of a container's security context. */
export function securityErrors(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  field: string,
): FieldError[] {
  if (context === undefined) return [];
  const { procMount, privileged, allowPrivilegeEscalation, capabilities } = context;
  const errors = [
    ...id(context.runAsUser, `${field}.runAsUser`),
    ...id(context.runAsGroup, `${field}.runAsGroup`),
  ];
  if (procMount !== undefined) {
    errors.push(...among(procMount, ['Default', 'Unmasked'], `${field}.procMount`));
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(
        invalidValue(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'),
      );
    }
  }
  errors.push(...seccompErrors(context.seccompProfile, `${field}.seccompProfile`));
  if (allowPrivilegeEscalation === false) {
    const detail = 'cannot set `allowPrivilegeEscalation` to false and ';
    if (privileged === true)
      errors.push(
        invalidValue(field, goValue('SecurityContext', context), `${detail}\`privileged\` to true`),
      );
    if (capabilities?.add?.includes('CAP_SYS_ADMIN') === true) {
      errors.push(
        invalidValue(
          field,
          goValue('SecurityContext', context),
          `${detail}\`capabilities.Add\` CAP_SYS_ADMIN`,
        ),
      );
    }
  }
  return [...errors, ...appArmorErrors(context.appArmorProfile, `${field}.appArmorProfile`)];
}

/** Rules of the security context of a whole pod. */
export function podSecurityErrors(
  context: PodSecurityContext | undefined,
  spec: PodSpec,
  field: string,
): FieldError[] {
  if (context === undefined) return [];
  const errors = [
    ...id(context.fsGroup, `${field}.fsGroup`),
    ...id(context.runAsUser, `${field}.runAsUser`),
    ...id(context.runAsGroup, `${field}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((group, index) =>
      id(group, `${field}.supplementalGroups[${index}]`),
    ),
    ...sysctlErrors(context, spec, `${field}.sysctls`),
  ];
  const choices = [
    ['fsGroupChangePolicy', ['Always', 'OnRootMismatch']],
    ['supplementalGroupsPolicy', ['Merge', 'Strict']],
    ['seLinuxChangePolicy', ['MountOption', 'Recursive']],
  ] as const;
  const chosen = (name: (typeof choices)[number][0]) => {
    const known = choices.find(([choice]) => choice === name)?.[1] ?? [];
    return context[name] === undefined ? [] : among(context[name], known, `${field}.${name}`);
  };
  return [
    ...errors,
    ...chosen('fsGroupChangePolicy'),
    ...seccompErrors(context.seccompProfile, `${field}.seccompProfile`),
    ...appArmorErrors(context.appArmorProfile, `${field}.appArmorProfile`),
    ...chosen('supplementalGroupsPolicy'),
    ...chosen('seLinuxChangePolicy'),
  ];
}

const sysctlPattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlName = new RegExp(sysctlPattern);

function sysctlErrors({ sysctls = [] }: PodSecurityContext, spec: PodSpec, field: string): FieldError[] {
  const names = new Set<string>();
  return sysctls.flatMap(({ name = '' }, index) => {
    const at = `${field}[${index}].name`;
    const errors: FieldError[] = [];
    if (name === '') errors.push(requiredValue(at));
    else if (name.length > 253 || !sysctlName.test(name)) {
      errors.push(
        invalidValue(at, name, `must have at most 253 characters and match regex ${sysctlPattern}`),
      );
    } else if (names.has(name)) errors.push(duplicateValue(at, name));
    if (spec.hostNetwork === true && name.startsWith('net.')) {
      errors.push(invalidValue(at, name, "may not be specified when 'hostNetwork' is true"));
    }
    names.add(name);
    return errors;
  });
}

function seccompErrors(profile: Profile | undefined, field: string): FieldError[] {
  if (profile === undefined) return [];
  const { type = '', localhostProfile: file } = profile;
  const errors =
    type === ''
      ? [requiredValue(`${field}.type`, 'type is required when seccompProfile is set')]
      : among(type, profileTypes, `${field}.type`);
  const at = `${field}.localhostProfile`;
  if (type !== 'Localhost') {
    if (file === undefined) return errors;
    return [
      ...errors,
      invalidValue(at, goValue('SeccompProfile', profile), 'can only be set when seccomp type is Localhost'),
    ];
  }
  if (file === undefined) return [...errors, requiredValue(at, 'must be set when seccomp type is Localhost')];
  return [...errors, ...descendingPath(file, at)];
}

function appArmorErrors(profile: Profile | undefined, field: string): FieldError[] {
  if (profile === undefined) return [];
  const { type = '', localhostProfile: file } = profile;
  const at = `${field}.localhostProfile`;
  if (type === '') return [requiredValue(`${field}.type`, 'type is required when appArmorProfile is set')];
  if (type === 'Localhost') {
    const missing = 'must be set when AppArmor type is Localhost';
    if (file === undefined) return [requiredValue(at, missing)];
    const errors: FieldError[] = [];
    if (file.trim() !== file) errors.push(invalidValue(at, file, 'must not be padded with whitespace'));
    else if (file === '') errors.push(requiredValue(at, missing));
    return file.length > 4095 ? [...errors, tooLong(at, 4095)] : errors;
  }
  const errors = among(type, profileTypes, `${field}.type`);
  if (errors.length > 0 || file === undefined) return errors;
  return [invalidValue(at, file, 'can only be set when AppArmor type is Localhost')];
}

/** What a pod may not have together with a user namespace of its own. */
export function hostUserErrors(spec: PodSpec, field: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const detail = 'when `hostUsers` is false';
  return [
    ...(spec.hostNetwork === true ? [forbiddenField(`${field}.hostNetwork`, detail)] : []),
    ...(spec.hostPID === true ? [forbiddenField(`${field}.HostPID`, detail)] : []),
    ...(spec.hostIPC === true ? [forbiddenField(`${field}.HostIPC`, detail)] : []),
  ];
}
