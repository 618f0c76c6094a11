import { type FieldError, forbiddenField, invalidValue, type KubeObject } from '../../../meta/index.ts';
import { specOf, statusOf, withSpec } from '../filling.ts';
import { same } from '../sameness.ts';
import { wholeResources } from './defaults.ts';
import { qualityOf } from './qos.ts';
import type { Container, PodSpec, ResourceList, Resources } from './shapes.ts';

interface PodStatus {
  readonly qosClass?: string;
  readonly containerStatuses?: readonly {
    readonly state?: { readonly running?: object };
    readonly resources?: object;
  }[];
}

const lists = ['containers', 'initContainers'] as const;

/** Whether a node runs a pod for itself, and only shows it. */
export function isStatic({ metadata }: KubeObject): boolean {
  return metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
}

/**
 * The pod as it was, with the resources that a resize gives it and its containers. Containers that are not those that were stay as
 * they are written, for the rules to tell.
 */
export function resized(object: KubeObject, old: KubeObject): KubeObject {
  const [spec, before] = [specOf<PodSpec>(object), specOf<PodSpec>(old)];
  if (lists.some(list => countOf(spec, list) !== countOf(before, list))) return object;
  const resources = spec.resources ?? before.resources;
  const next: PodSpec = {
    ...before,
    ...(resources !== undefined && { resources }),
    ...Object.fromEntries(
      lists.flatMap(list =>
        before[list] === undefined ? [] : [[list, resizedEach(spec[list] ?? [], before[list])] as const],
      ),
    ),
  };
  return withSpec<PodSpec>(object, () => wholeResources(next));
}

function countOf(spec: PodSpec, list: (typeof lists)[number]): number {
  return spec[list]?.length ?? 0;
}

function resizedEach(next: readonly Container[], old: readonly Container[]): readonly Container[] {
  if (next.some(({ name }, index) => name !== old[index]?.name)) return next;
  return next.map(({ resources, resizePolicy }, index) => {
    const { resources: _, resizePolicy: __, ...rest } = old[index] as Container;
    return {
      ...rest,
      ...(resources !== undefined && { resources }),
      ...(resizePolicy !== undefined && { resizePolicy }),
    };
  });
}

/** What of a pod a resize may change (`ValidatePodResize`); `errors` is what is wrong with the pod as it would be. */
export function resizeErrors(
  object: KubeObject,
  old: KubeObject,
  errors: readonly FieldError[],
): FieldError[] {
  const [spec, before] = [specOf<PodSpec>(object), specOf<PodSpec>(old)];
  if (isStatic(old)) return [forbiddenField('[]', 'static pods cannot be resized')];
  if (before.os?.name === 'windows') return [forbiddenField('[]', 'windows pods cannot be resized')];
  const found = [...errors, ...stateErrors(spec, old), ...wholeErrors(spec, before)];
  const moved = orderErrors(spec, before);
  if (moved.length > 0) return [...found, ...moved];
  found.push(...removedErrors(spec, before), ...otherErrors(spec, before));
  return found;
}

/** The class of the pod stays, and its node has to have told what its containers have. */
function stateErrors(spec: PodSpec, old: KubeObject): FieldError[] {
  const { qosClass = '', containerStatuses = [] } = statusOf<PodStatus>(old);
  const errors: FieldError[] = [];
  const quality = qosClass === '' ? qualityOf(specOf<PodSpec>(old)) : qosClass;
  if (quality !== qualityOf(spec)) {
    errors.push(invalidValue('spec', qosClass, 'Pod QOS Class may not change as a result of resizing'));
  }
  const running = containerStatuses.find(({ state }) => state?.running !== undefined);
  if (running !== undefined && running.resources === undefined) {
    errors.push(forbiddenField('spec', 'Pod running on node without support for resize'));
  }
  return errors;
}

/** Resources of the pod as a whole. */
function wholeErrors({ resources: next }: PodSpec, { resources: old }: PodSpec): FieldError[] {
  if (amountsIn(next) + amountsIn(old) === 0) return [];
  const errors: FieldError[] = [];
  if (old !== undefined) {
    for (const list of ['requests', 'limits'] as const) {
      if (!hasLost(next?.[list], old[list])) continue;
      const detail = `pod-level resource ${list} cannot be removed`;
      errors.push(forbiddenField(`spec.resources.${list}`, detail));
    }
  }
  if (!same(withAmountsOf(next, old), old)) {
    errors.push(forbiddenField('spec', 'only cpu and memory resources are mutable at pod-level'));
  }
  return errors;
}

function amountsIn({ requests = {}, limits = {} }: Resources = {}): number {
  return Object.keys(requests).length + Object.keys(limits).length;
}

function hasLost(next: ResourceList = {}, old: ResourceList = {}): boolean {
  return Object.keys(old).some(name => !Object.hasOwn(next, name));
}

/** Containers stay, under their names and in their order. */
function orderErrors(spec: PodSpec, before: PodSpec): FieldError[] {
  return lists.flatMap(list => {
    const [next, old] = [spec[list] ?? [], before[list] ?? []];
    if (next.length !== old.length) {
      return [forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`)];
    }
    return old.flatMap(({ name }, index) =>
      next[index]?.name === name
        ? []
        : [
            forbiddenField(
              `spec.${list}[${index}].name`,
              `${list} may not be renamed or reordered on resize`,
            ),
          ],
    );
  });
}

function removedErrors(spec: PodSpec, before: PodSpec): FieldError[] {
  return lists.toReversed().flatMap(list =>
    (before[list] ?? []).flatMap(({ resources: old }, index) => {
      const next = spec[list]?.[index]?.resources;
      return (['requests', 'limits'] as const)
        .filter(amounts => hasLost(next?.[amounts], old?.[amounts]))
        .map(amounts =>
          forbiddenField(
            `spec.${list}[${index}].resources.${amounts}`,
            `resource ${amounts} cannot be removed`,
          ),
        );
    }),
  );
}

/** Nothing but cpu and memory of containers changes. */
function otherErrors(spec: PodSpec, before: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, container] of (spec.containers ?? []).entries()) {
    const old = before.containers?.[index] as Container;
    if (!same(withResourcesOf(container, old), old)) {
      errors.push(forbiddenField('spec', 'only cpu and memory resources are mutable'));
    }
  }
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    const old = before.initContainers?.[index] as Container;
    const field = `spec.initContainers[${index}]`;
    if (!same(withResourcesOf(container, old), old)) {
      const detail = 'only cpu and memory resources for init or sidecar containers are mutable';
      errors.push(forbiddenField(field, detail));
    }
    if (container.restartPolicy === 'Always' || same(container, old)) continue;
    for (const { restartPolicy } of container.resizePolicy ?? []) {
      if (restartPolicy !== 'RestartContainer') continue;
      const detail = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
      errors.push(forbiddenField(field, detail));
    }
  }
  return errors;
}

function withResourcesOf(container: Container, old: Container): Container {
  const { resources = {}, ...rest } = container;
  const next = withAmountsOf(resources, old.resources);
  return { ...rest, ...(next !== undefined && { resources: next }) };
}

/** Resources with the amounts of cpu and memory of others. */
function withAmountsOf(resources: Resources | undefined, others: Resources = {}): Resources | undefined {
  if (resources === undefined) return undefined;
  const { requests, limits, ...rest } = resources;
  const [asked, bounds] = [replaced(requests, others.requests), replaced(limits, others.limits)];
  const next = { ...rest, ...(asked && { requests: asked }), ...(bounds && { limits: bounds }) };
  return Object.keys(next).length === 0 ? undefined : next;
}

/** Undefined when nothing is in it. */
function replaced(list: ResourceList = {}, others: ResourceList = {}): ResourceList | undefined {
  const isTheirs = ([name]: readonly [string, string]): boolean => name === 'cpu' || name === 'memory';
  const entries = [
    ...Object.entries(list).filter(entry => !isTheirs(entry)),
    ...Object.entries(others).filter(isTheirs),
  ];
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
