import {
  annotationErrors,
  type FieldError,
  forbiddenField,
  invalidValue,
  labelErrors,
  requiredValue,
  subdomainFaults,
  unsupportedValue,
} from '../../../meta/index.ts';
import { isIP } from '../addresses.ts';
import { among, dnsLabel, faulty, oneOf, qualifiedName, rangeText } from '../checks.ts';
import {
  containersErrors,
  ephemeralContainersErrors,
  initContainersErrors,
  type Surroundings,
} from './containers.ts';
import { affinityErrors, spreadErrors, tolerationErrors } from './placement.ts';
import { containerResourceErrors, podResourceErrors } from './resources.ts';
import { hostUserErrors, podSecurityErrors } from './security.ts';
import type { PodSpec, Template } from './shapes.ts';
import { volumeErrors } from './volumes.ts';

/** Rules of a pod template (`ValidatePodTemplateSpec`). */
export function templateErrors(template: Template | undefined, field: string): FieldError[] {
  const { metadata = {}, spec = {} } = template ?? {};
  return [
    ...labelErrors(metadata.labels, `${field}.labels`),
    ...annotationErrors(metadata.annotations, `${field}.annotations`),
    ...podSpecErrors(spec, `${field}.spec`, false),
    ...((spec.ephemeralContainers ?? []).length > 0
      ? [
          forbiddenField(
            `${field}.spec.ephemeralContainers`,
            'ephemeral containers not allowed in pod template',
          ),
        ]
      : []),
  ];
}

/** Rules of the spec of a pod (`isPod`) or of a template (`ValidatePodSpec`), in the order of Kubernetes. */
export function podSpecErrors(spec: PodSpec, field: string, isPod: boolean): FieldError[] {
  const { errors, usable } = volumeErrors(spec.volumes ?? [], `${field}.volumes`);
  const around: Surroundings = { spec, volumes: usable, claims: claimNames(spec) };
  return [
    ...errors,
    ...containersErrors(around, `${field}.containers`),
    ...initContainersErrors(around, `${field}.initContainers`),
    ...ephemeralContainersErrors(around, `${field}.ephemeralContainers`),
    ...podResourceErrors(spec, `${field}.resources`),
    ...hostNetworkErrors(spec, field, isPod),
    ...oneOf(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], `${field}.restartPolicy`),
    ...oneOf(spec.dnsPolicy, dnsPolicies, `${field}.dnsPolicy`),
    ...labelErrors(spec.nodeSelector, `${field}.nodeSelector`),
    ...podSecurityErrors(spec.securityContext, spec, `${field}.securityContext`),
    ...shareErrors(spec, `${field}.shareProcessNamespace`),
    ...affinityErrors(spec.affinity, `${field}.affinity`),
    ...dnsErrors(spec, `${field}.dnsConfig`),
    ...gateErrors(spec, field),
    ...spreadErrors(spec.topologySpreadConstraints ?? [], `${field}.topologySpreadConstraints`),
    ...hostUserErrors(spec, field),
    ...namesErrors(spec, field),
  ];
}

const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

function claimNames(spec: PodSpec): ReadonlySet<string> {
  const { resourceClaims = [] } = spec as { resourceClaims?: readonly { readonly name?: string }[] };
  return new Set(resourceClaims.map(claim => claim.name ?? ''));
}

function hostNetworkErrors(spec: PodSpec, field: string, isPod: boolean): FieldError[] {
  if (spec.hostNetwork !== true) return [];
  const detail = 'must match `containerPort` when `hostNetwork` is true';
  return (spec.containers ?? []).flatMap((container, index) =>
    (container.ports ?? []).flatMap(({ hostPort = 0, containerPort = 0 }, place) => {
      if ((!isPod && hostPort === 0) || hostPort === containerPort) return [];
      return [invalidValue(`${field}.containers[${index}].ports[${place}].hostPort`, hostPort, detail)];
    }),
  );
}

function shareErrors({ shareProcessNamespace, hostPID }: PodSpec, field: string): FieldError[] {
  if (shareProcessNamespace !== true || hostPID !== true) return [];
  return [invalidValue(field, true, 'ShareProcessNamespace and HostPID cannot both be enabled')];
}

function dnsErrors({ dnsConfig, dnsPolicy }: PodSpec, field: string): FieldError[] {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && dnsConfig === undefined) {
    return [requiredValue(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  }
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    return [requiredValue(`${field}.nameservers`, detail)];
  }
  const errors: FieldError[] = [];
  if (nameservers.length > 3) {
    errors.push(invalidValue(`${field}.nameservers`, nameservers, 'must not have more than 3 nameservers'));
  }
  errors.push(...nameservers.flatMap((ip, index) => isIP(ip, `${field}.nameservers[${index}]`)));
  if (searches.length > 32) {
    errors.push(invalidValue(`${field}.searches`, searches, 'must not have more than 32 search paths'));
  }
  if (searches.join(' ').length > 2048) {
    const detail = 'must not have more than 2048 characters (including spaces) in the search list';
    errors.push(invalidValue(`${field}.searches`, searches, detail));
  }
  for (const [index, option] of options.entries()) {
    if ((option.name ?? '') === '')
      errors.push(requiredValue(`${field}.options[${index}]`, 'must not be empty'));
  }
  return errors;
}

function gateErrors({ readinessGates = [], schedulingGates = [] }: PodSpec, field: string): FieldError[] {
  return [
    ...readinessGates.flatMap(({ conditionType = '' }, index) =>
      qualifiedName(conditionType, `${field}.readinessGates[${index}].conditionType`),
    ),
    ...schedulingGates.flatMap(({ name = '' }, index) =>
      qualifiedName(name, `${field}.schedulingGates[${index}]`),
    ),
  ];
}

const largestDeadline = 2 ** 31 - 1;

/** Names of other objects and of the pod on the network, and the numbers between them. */
function namesErrors(spec: PodSpec, field: string): FieldError[] {
  const { activeDeadlineSeconds: deadline, tolerations = [], hostAliases = [] } = spec;
  const errors = [...named(spec, 'serviceAccountName', field), ...named(spec, 'nodeName', field)];
  if (deadline !== undefined && (deadline < 1 || deadline > largestDeadline)) {
    errors.push(invalidValue(`${field}.activeDeadlineSeconds`, deadline, rangeText(1, largestDeadline)));
  }
  for (const name of ['hostname', 'subdomain'] as const) {
    if ((spec[name] ?? '') !== '') errors.push(...dnsLabel(spec[name] as string, `${field}.${name}`));
  }
  errors.push(...tolerationErrors(tolerations, `${field}.tolerations`));
  for (const [index, { ip = '', hostnames = [] }] of hostAliases.entries()) {
    const at = `${field}.hostAliases[${index}]`;
    errors.push(...isIP(ip, `${at}.ip`));
    for (const [place, name] of hostnames.entries()) {
      errors.push(...faulty(subdomainFaults(name), `${at}.hostnames[${place}]`, name));
    }
  }
  errors.push(...named(spec, 'priorityClassName', field), ...named(spec, 'runtimeClassName', field));
  if (spec.preemptionPolicy !== undefined) {
    errors.push(
      ...oneOf(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], `${field}.preemptionPolicy`),
    );
  }
  if (spec.overhead !== undefined) {
    errors.push(...containerResourceErrors({ limits: spec.overhead }, new Set(), `${field}.overhead`));
  }
  if (spec.os !== undefined) errors.push(...osErrors(spec.os.name ?? '', `${field}.os`));
  return errors;
}

function osErrors(name: string, field: string): FieldError[] {
  if (name === '') return [requiredValue(`${field}.name`, 'cannot be empty')];
  return among(name, ['linux', 'windows'], field);
}

type Named = 'serviceAccountName' | 'nodeName' | 'priorityClassName' | 'runtimeClassName';

function named(spec: PodSpec, name: Named, field: string): FieldError[] {
  const value = spec[name] ?? '';
  return value === '' ? [] : faulty(subdomainFaults(value), `${field}.${name}`, value);
}

/** A template whose pods have to restart always. */
export function alwaysRestartErrors(spec: PodSpec, field: string, kind: string): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.restartPolicy !== 'Always') {
    errors.push(unsupportedValue(`${field}.restartPolicy`, spec.restartPolicy ?? '', ['Always']));
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbiddenField(`${field}.activeDeadlineSeconds`, detail));
  }
  return errors;
}
