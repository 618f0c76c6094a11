import { type FieldError, forbiddenField, invalidValue, requiredValue } from '../../../meta/index.ts';
import { rangeText } from '../checks.ts';
import { same } from '../sameness.ts';
import { tolerationErrors } from './placement.ts';
import type { Container, PodSpec } from './shapes.ts';
import { specDifference } from '../difference/index.ts';

const updatable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');
const largestDeadline = 2 ** 31 - 1;

/** What of a pod may be changed (`ValidatePodUpdate`): images, the deadline, more tolerations, fewer gates. */
export function podUpdateErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['containers', 'initContainers'] as const) {
    const list = spec[name] ?? [];
    if (list.length !== (old[name] ?? []).length) {
      errors.push(forbiddenField(`spec.${name}`, 'pod updates may not add or remove containers'));
      return errors;
    }
    errors.push(...imageErrors(list, `spec.${name}`));
  }
  const deadline = deadlineErrors(spec, old);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(...tolerationChange(spec, old), ...gateChange(spec, old));
  const allowed = withAllowed(spec, old);
  if (!same(allowed, old)) {
    const difference = specDifference('PodSpec', old, allowed);
    const detail = `pod updates may not change fields other than ${updatable}\n${difference}`;
    errors.push(forbiddenField('spec', detail));
  }
  return errors;
}

function imageErrors(containers: readonly Container[], field: string): FieldError[] {
  return containers.flatMap(({ image = '' }, index) => {
    const at = `${field}[${index}].image`;
    if (image === '') return [requiredValue(at)];
    return image === image.trim()
      ? []
      : [invalidValue(at, image, 'must not have leading or trailing whitespace')];
  });
}

function deadlineErrors(spec: PodSpec, old: PodSpec): { errors: FieldError[]; stop: boolean } {
  const field = 'spec.activeDeadlineSeconds';
  const [next, before] = [spec.activeDeadlineSeconds, old.activeDeadlineSeconds];
  if (next === undefined) {
    if (before === undefined) return { errors: [], stop: false };
    const detail = 'must not update from a positive integer to nil value';
    return { errors: [invalidValue(field, undefined, detail)], stop: false };
  }
  if (next < 0 || next > largestDeadline) {
    return { errors: [invalidValue(field, next, rangeText(0, largestDeadline))], stop: true };
  }
  if (before !== undefined && before < next) {
    return {
      errors: [invalidValue(field, next, 'must be less than or equal to previous value')],
      stop: true,
    };
  }
  return { errors: [], stop: false };
}

function tolerationChange(spec: PodSpec, old: PodSpec): FieldError[] {
  const list = spec.tolerations ?? [];
  const kept = (old.tolerations ?? []).every(before =>
    list.some(next => same({ ...before, tolerationSeconds: 0 }, { ...next, tolerationSeconds: 0 })),
  );
  if (kept) return tolerationErrors(list, 'spec.tolerations');
  const detail = 'existing toleration can not be modified except its tolerationSeconds';
  return [forbiddenField('spec.tolerations', detail)];
}

function gateChange(spec: PodSpec, old: PodSpec): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map(gate => gate.name));
  return (spec.schedulingGates ?? []).flatMap(({ name = '' }, index) => {
    if (before.has(name)) return [];
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return [forbiddenField(`spec.schedulingGates[${index}].name`, detail)];
  });
}

/** The new spec with everything that may change put back to what it was. */
function withAllowed(spec: PodSpec, old: PodSpec): PodSpec {
  const next: Record<string, unknown> = {
    ...spec,
    containers: withImages(spec.containers, old.containers),
    ...(spec.initContainers !== undefined && {
      initContainers: withImages(spec.initContainers, old.initContainers),
    }),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
  };
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1) {
    next['terminationGracePeriodSeconds'] = old.terminationGracePeriodSeconds;
  }
  if ((old.schedulingGates ?? []).length > 0) {
    next['nodeSelector'] = old.nodeSelector;
    next['affinity'] = old.affinity;
  }
  return next;
}

function withImages(
  containers: readonly Container[] = [],
  old: readonly Container[] = [],
): readonly Container[] {
  return containers.map((container, index) => {
    const image = old[index]?.image;
    return image === undefined || image === container.image ? container : { ...container, image };
  });
}
