import {
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  notFoundValue,
  requiredValue,
  tooMany,
} from '../../../meta/index.ts';
import { among, dnsLabel, faulty, oneOf, portNameFaults, portNumber, required } from '../checks.ts';
import { envErrors, envFromErrors } from './env.ts';
import { deviceErrors, mountErrors } from './mounts.ts';
import { lifecycleErrors, livenessErrors, readinessErrors, startupErrors } from './probes.ts';
import { containerResourceErrors } from './resources.ts';
import { securityErrors } from './security.ts';
import type { Container, PodSpec, Port, Volume } from './shapes.ts';
import { pullPolicies } from './volumes.ts';

/** What the rules of one container look at around it. */
export interface Surroundings {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: ReadonlySet<string>;
}

export const protocols = ['SCTP', 'TCP', 'UDP'];

/** Rules of the containers of a pod that run side by side. */
export function containersErrors(around: Surroundings, field: string): FieldError[] {
  const containers = around.spec.containers ?? [];
  if (containers.length === 0) return [requiredValue(field)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const found = commonErrors(container, around, at);
    found.push(...repeated(container, names, at));
    found.push(...healthErrors(container, around.spec, at));
    return [...found, ...restartErrors(container, at)];
  });
  return [...errors, ...hostPortErrors(containers, field)];
}

function repeated({ name = '' }: Container, names: Set<string>, field: string): FieldError[] {
  if (names.has(name)) return [duplicateValue(`${field}.name`, name)];
  names.add(name);
  return [];
}

/** Rules of the containers that run before the others. */
export function initContainersErrors(around: Surroundings, field: string): FieldError[] {
  const names = new Set((around.spec.containers ?? []).map(container => container.name ?? ''));
  return (around.spec.initContainers ?? []).flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const errors = commonErrors(container, around, at);
    errors.push(...restartErrors(container, at));
    if ((container.name ?? '') !== '' || names.has('')) errors.push(...repeated(container, names, at));
    errors.push(...hostPortErrors([container], field));
    if (container.restartPolicy === 'Always') {
      return [...errors, ...healthErrors(container, around.spec, at)];
    }
    const detail = 'may not be set for init containers without restartPolicy=Always';
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[name] !== undefined) errors.push(forbiddenField(`${at}.${name}`, detail));
    }
    for (const [place, { restartPolicy }] of (container.resizePolicy ?? []).entries()) {
      if (restartPolicy !== 'RestartContainer') continue;
      const why = "must not be set to 'RestartContainer' for non-sidecar initContainers";
      errors.push(invalidValue(`${at}.resizePolicy[${place}].restartPolicy`, restartPolicy, why));
    }
    return errors;
  });
}

/** Rules of containers that were added to a running pod. */
export function ephemeralContainersErrors(around: Surroundings, field: string): FieldError[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = around.spec;
  const others = new Set([...containers, ...initContainers].map(container => container.name ?? ''));
  const names = new Set(others);
  return ephemeralContainers.flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const { targetContainerName: target = '' } = container;
    const errors = [
      ...commonErrors(container, around, at),
      ...imageSpaceErrors([container], field),
      ...repeated(container, names, at),
    ];
    if (target !== '' && !others.has(target)) errors.push(notFoundValue(`${at}.targetContainerName`, target));
    const detail = 'cannot be set for an Ephemeral Container';
    const refused = [
      'ports',
      'resources',
      'livenessProbe',
      'readinessProbe',
      'startupProbe',
      'lifecycle',
    ] as const;
    for (const name of refused) {
      const value = container[name];
      if (value === undefined || Object.keys(value).length === 0) continue;
      errors.push(forbiddenField(`${at}.${name}`, detail));
    }
    return errors;
  });
}

function healthErrors(container: Container, spec: PodSpec, field: string): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds;
  return [
    ...lifecycleErrors(container.lifecycle, grace, `${field}.lifecycle`),
    ...livenessErrors(container.livenessProbe, grace, `${field}.livenessProbe`),
    ...readinessErrors(container.readinessProbe, grace, `${field}.readinessProbe`),
    ...startupErrors(container.startupProbe, grace, `${field}.startupProbe`),
  ];
}

function commonErrors(container: Container, around: Surroundings, field: string): FieldError[] {
  const { name = '', terminationMessagePolicy: policy } = container;
  const { volumes, claims, spec } = around;
  return [
    ...(name === '' ? [requiredValue(`${field}.name`)] : dnsLabel(name, `${field}.name`)),
    ...required(container.image, `${field}.image`),
    ...oneOf(policy, ['File', 'FallbackToLogsOnError'], `${field}.terminationMessagePolicy`),
    ...portErrors(container.ports ?? [], `${field}.ports`),
    ...envErrors(container.env ?? [], `${field}.env`),
    ...envFromErrors(container.envFrom ?? [], `${field}.envFrom`),
    ...mountErrors(container, volumes, `${field}.volumeMounts`),
    ...deviceErrors(container, volumes, `${field}.volumeDevices`),
    ...oneOf(container.imagePullPolicy, pullPolicies, `${field}.imagePullPolicy`),
    ...containerResourceErrors(container.resources ?? {}, claims, `${field}.resources`),
    ...resizeErrors(container, spec.restartPolicy, `${field}.resizePolicy`),
    ...securityErrors(container.securityContext, spec.hostUsers !== false, `${field}.securityContext`),
  ];
}

function portErrors(ports: readonly Port[], field: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `${field}[${index}]`;
    const { name = '', containerPort = 0, hostPort = 0 } = port;
    const errors: FieldError[] = [];
    if (name !== '') {
      const faults = portNameFaults(name);
      if (faults.length > 0) errors.push(...faulty(faults, `${at}.name`, name));
      else if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
      else names.add(name);
    }
    if (containerPort === 0) errors.push(requiredValue(`${at}.containerPort`));
    else errors.push(...portNumber(containerPort, `${at}.containerPort`));
    if (hostPort !== 0) errors.push(...portNumber(hostPort, `${at}.hostPort`));
    return [...errors, ...oneOf(port.protocol, protocols, `${at}.protocol`)];
  });
}

function hostPortErrors(containers: readonly Container[], field: string): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap((container, index) =>
    (container.ports ?? []).flatMap(({ protocol = '', hostIP = '', hostPort = 0 }, place) => {
      if (hostPort === 0) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) return [duplicateValue(`${field}[${index}].ports[${place}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}

function restartErrors(container: Container, field: string): FieldError[] {
  const { restartPolicy: policy, restartPolicyRules: rules = [] } = container;
  const at = `${field}.restartPolicy`;
  const errors: FieldError[] = [];
  if (policy === undefined) {
    if (rules.length === 0) return [];
    errors.push(requiredValue(at, 'must specify restartPolicy when restart rules are used'));
  } else errors.push(...among(policy, ['Always', 'Never', 'OnFailure'], at));
  if (rules.length > 20) errors.push(tooMany(`${field}.restartPolicyRules`, rules.length, 20));
  for (const [index, { action = '', exitCodes }] of rules.entries()) {
    const place = `${field}.restartPolicyRules[${index}]`;
    errors.push(...among(action, ['Restart', 'RestartAllContainers'], `${place}.action`));
    if (exitCodes === undefined) errors.push(requiredValue(`${place}.exitCodes`, 'must be specified'));
    else errors.push(...among(exitCodes.operator, ['In', 'NotIn'], `${place}.exitCodes.operator`));
  }
  return errors;
}

function resizeErrors(container: Container, restartPolicy: string | undefined, field: string): FieldError[] {
  const seen = new Set<string>();
  return (container.resizePolicy ?? []).flatMap(
    ({ resourceName = '', restartPolicy: restart = '' }, index) => {
      const errors = seen.has(resourceName) ? [duplicateValue(`${field}[${index}]`, resourceName)] : [];
      seen.add(resourceName);
      errors.push(...oneOf(resourceName, ['cpu', 'memory'], field));
      errors.push(...oneOf(restart, ['NotRequired', 'RestartContainer'], field));
      if (restartPolicy === 'Never' && restart !== 'NotRequired') {
        const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
        errors.push(invalidValue(field, restart, detail));
      }
      return errors;
    },
  );
}

/** A pod's image has no spaces around it; a template's may. */
export function imageSpaceErrors(containers: readonly Container[], field: string): FieldError[] {
  return containers.flatMap(({ image = '' }, index) =>
    image === image.trim()
      ? []
      : [invalidValue(`${field}[${index}].image`, image, 'must not have leading or trailing whitespace')],
  );
}
