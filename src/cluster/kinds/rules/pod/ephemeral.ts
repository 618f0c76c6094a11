import { type FieldError, forbiddenField, type KubeObject } from '../../../meta/index.ts';
import { specDifference } from '../difference/index.ts';
import { specOf, withSpec } from '../filling.ts';
import { same } from '../sameness.ts';
import { isStatic } from './resize.ts';
import type { PodSpec } from './shapes.ts';

/** The pod as it was, with the containers that are added while it runs. */
export function withEphemeralContainers(object: KubeObject, old: KubeObject): KubeObject {
  const { ephemeralContainers } = specOf<PodSpec>(object);
  const { ephemeralContainers: _, ...rest } = specOf<PodSpec>(old);
  return withSpec<PodSpec>(object, () => ({
    ...rest,
    ...(ephemeralContainers !== undefined && { ephemeralContainers }),
  }));
}

/** What may be added to a running pod (`ValidatePodEphemeralContainersUpdate`); `errors` is what is wrong with the pod as it would be. */
export function ephemeralErrors(
  object: KubeObject,
  old: KubeObject,
  errors: readonly FieldError[],
): FieldError[] {
  if (isStatic(old)) return [forbiddenField('[]', 'static pods do not support ephemeral containers')];
  const field = 'spec.ephemeralContainers';
  const next = new Map((specOf<PodSpec>(object).ephemeralContainers ?? []).map(one => [one.name, one]));
  const changed = (specOf<PodSpec>(old).ephemeralContainers ?? []).flatMap(before => {
    const after = next.get(before.name);
    const existing = `existing ephemeral containers ${JSON.stringify(before.name)}`;
    if (after === undefined) return [forbiddenField(field, `${existing} may not be removed\n`)];
    if (same(before, after)) return [];
    const difference = specDifference('EphemeralContainer', before, after);
    return [forbiddenField(field, `${existing} may not be changed\n${difference}`)];
  });
  return [...errors, ...changed];
}
