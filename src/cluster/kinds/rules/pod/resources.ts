import {
  addQuantities,
  compareQuantities,
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  parseQuantity,
  type Quantity,
  qualifiedNameFaults,
  quantityIn,
  requiredValue,
  unsupportedValue,
} from '../../../meta/index.ts';
import { dnsLabel, faulty, quantityNotNegative } from '../checks.ts';
import type { PodSpec, ResourceList, Resources } from './shapes.ts';

const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage']);
const quotaResources = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
]);
const standardResources = new Set([...quotaResources, 'storage']);
const countedResources = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

function hugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** Resources of Kubernetes itself, not of somebody's devices. */
function native(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** Resources of devices (`example.com/gpu`), which are whole numbers and never shared. */
export function extended(name: string): boolean {
  return (
    !native(name) && !name.startsWith('requests.') && qualifiedNameFaults(`requests.${name}`).length === 0
  );
}

export function overcommitted(name: string): boolean {
  return native(name) && !hugePages(name);
}

function resourceName(name: string, field: string): FieldError[] {
  const errors = faulty(qualifiedNameFaults(name), field, name);
  if (errors.length > 0 || name.includes('/')) return errors;
  const known = standardResources.has(name) || hugePages(name) || name.startsWith('requests.hugepages-');
  return known ? [] : [invalidValue(field, name, 'must be a standard resource type or fully qualified')];
}

export function containerResourceName(name: string, field: string): FieldError[] {
  const errors = resourceName(name, field);
  if (!name.includes('/')) {
    if (containerResources.has(name) || hugePages(name)) return errors;
    return [...errors, invalidValue(field, name, 'must be a standard resource for containers')];
  }
  if (native(name) || extended(name)) return errors;
  return [...errors, invalidValue(field, name, "doesn't follow extended resource name standard")];
}

export function quotaResourceName(name: string, field: string): FieldError[] {
  const errors = resourceName(name, field);
  if (name.includes('/') || quotaResources.has(name) || /^(requests\.)?hugepages-/.test(name)) return errors;
  return [...errors, invalidValue(field, name, 'must be a standard resource for quota')];
}

function podResourceName(name: string, field: string): FieldError[] {
  const errors = resourceName(name, field);
  if (errors.length > 0 || name === 'cpu' || name === 'memory' || hugePages(name)) return errors;
  return [unsupportedValue(field, name, ['cpu', 'hugepages-', 'memory'])];
}

/** A name that limits may use: of a container or pod those of containers, else any. */
export function limitResourceName(type: string, name: string, field: string): FieldError[] {
  return type === 'Pod' || type === 'Container'
    ? containerResourceName(name, field)
    : resourceName(name, field);
}

/** Not negative, and whole where parts make no sense. */
export function resourceAmount(name: string, amount: string, field: string): FieldError[] {
  const errors = quantityNotNegative(amount, field);
  if (!countedResources.has(name) && !extended(name)) return errors;
  const quantity = parseQuantity(amount);
  if (quantity === undefined || quantityIn(quantity, -3) % 1000n === 0n) return errors;
  return [...errors, invalidValue(field, amount, 'must be an integer')];
}

type NameCheck = (name: string, field: string) => FieldError[];

/** Rules of the resources of a container; `claims` are the names of the pod's resource claims. */
export function containerResourceErrors(
  resources: Resources,
  claims: ReadonlySet<string>,
  field: string,
): FieldError[] {
  return requirementErrors(resources, containerResourceName, claims, field);
}

/** Rules of the resources of a pod as a whole. */
export function podResourceErrors(spec: PodSpec, field: string): FieldError[] {
  const { resources } = spec;
  if (resources === undefined) return [];
  const errors =
    resources.claims === undefined
      ? []
      : [forbiddenField(`${field}.claims`, 'claims may not be set for Resources at pod-level')];
  return [
    ...errors,
    ...requirementErrors(resources, podResourceName, new Set(), field),
    ...containersFit(spec, resources, field),
  ];
}

function containersFit(spec: PodSpec, resources: Resources, field: string): FieldError[] {
  const errors = Object.entries(resources.requests ?? {}).flatMap(([name, amount]) => {
    const sum = sumOf((spec.containers ?? []).map(one => one.resources?.requests?.[name]));
    const asked = parseQuantity(amount);
    if (sum === undefined || asked === undefined || compareQuantities(sum, asked) <= 0) return [];
    const detail = `must be greater than or equal to aggregate container requests of ${sum.digits}`;
    return [invalidValue(`${field}.requests[${name}]`, amount, detail)];
  });
  for (const [index, container] of (spec.containers ?? []).entries()) {
    for (const [name, amount] of Object.entries(container.resources?.limits ?? {})) {
      const whole = resources.limits?.[name];
      if (whole === undefined || !exceeds(amount, whole)) continue;
      const at = `${field}.containers[${index}][${name}].limits`;
      errors.push(invalidValue(at, amount, `must be less than or equal to pod limits of ${whole}`));
    }
  }
  return errors;
}

function sumOf(amounts: readonly (string | undefined)[]): Quantity | undefined {
  return amounts
    .map(amount => (amount === undefined ? undefined : parseQuantity(amount)))
    .filter(quantity => quantity !== undefined)
    .reduce<Quantity | undefined>(
      (sum, one) => (sum === undefined ? one : addQuantities(sum, one)),
      undefined,
    );
}

function requirementErrors(
  resources: Resources,
  nameCheck: NameCheck,
  claims: ReadonlySet<string>,
  field: string,
): FieldError[] {
  const { limits = {}, requests = {} } = resources;
  const errors = [
    ...Object.entries(limits).flatMap(([name, amount]) =>
      amountErrors(name, amount, nameCheck, `${field}.limits[${name}]`),
    ),
    ...Object.entries(requests).flatMap(([name, amount]) => [
      ...nameCheck(name, `${field}.requests[${name}]`),
      ...resourceAmount(name, amount, `${field}.requests[${name}]`),
      ...againstLimit(name, amount, limits, field),
      ...indivisible(name, amount, `${field}.requests[${name}]`),
    ]),
  ];
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(hugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbiddenField(field, 'HugePages require cpu or memory'));
  }
  return [...errors, ...claimErrors(resources, claims, `${field}.claims`)];
}

function amountErrors(name: string, amount: string, nameCheck: NameCheck, field: string): FieldError[] {
  return [
    ...nameCheck(name, field),
    ...resourceAmount(name, amount, field),
    ...indivisible(name, amount, field),
  ];
}

function indivisible(name: string, amount: string, field: string): FieldError[] {
  if (!hugePages(name)) return [];
  const [page, value] = [parseQuantity(name.slice('hugepages-'.length)), parseQuantity(amount)];
  if (page === undefined || value === undefined || quantityIn(page, 0) <= 0n) return [];
  const [size, whole] = [quantityIn(page, 0), quantityIn(value, 0)];
  if (whole > 0n && whole % size === 0n) return [];
  return [invalidValue(field, amount, `${amount} is not positive integer multiple of ${name}`)];
}

function againstLimit(name: string, amount: string, limits: ResourceList, field: string): FieldError[] {
  const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
  if (limit === undefined) {
    if (overcommitted(name)) return [];
    return [requiredValue(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const at = `${field}.requests`;
  if (!overcommitted(name) && (exceeds(amount, limit) || exceeds(limit, amount))) {
    return [invalidValue(at, amount, `must be equal to ${name} limit of ${limit}`)];
  }
  if (!exceeds(amount, limit)) return [];
  return [invalidValue(at, amount, `must be less than or equal to ${name} limit of ${limit}`)];
}

function exceeds(amount: string, limit: string): boolean {
  const [left, right] = [parseQuantity(amount), parseQuantity(limit)];
  return left !== undefined && right !== undefined && compareQuantities(left, right) > 0;
}

function claimErrors(resources: Resources, claims: ReadonlySet<string>, field: string): FieldError[] {
  const seen = new Set<string>();
  return (resources.claims ?? []).flatMap(({ name = '', request = '' }, index) => {
    const at = `${field}[${index}]`;
    if (name === '') return [requiredValue(at)];
    const key = request === '' ? name : `${name}/${request}`;
    const errors = request === '' ? [] : dnsLabel(request, `${at}.request`);
    if (seen.has(name) || seen.has(key)) errors.push(duplicateValue(at, key));
    seen.add(key);
    if (!claims.has(name)) errors.push(unknownClaim(name, claims, at));
    return errors;
  });
}

function unknownClaim(name: string, claims: ReadonlySet<string>, field: string): FieldError {
  const list = claims.size === 0 ? ' which is empty' : `: ${[...claims].toSorted().join(', ')}`;
  const body = `Not found: ${JSON.stringify(name)}: must be one of the names in pod.spec.resourceClaims${list}`;
  return { reason: 'FieldValueNotFound', field, body, message: `${field}: ${body}` };
}
