import { type FieldError, forbiddenField, invalidValue, requiredValue } from '../../../meta/index.ts';
import { among, notNegative, portNumberOrName } from '../checks.ts';
import type { Handler, HttpGet, Lifecycle, Probe } from './shapes.ts';

/** Seconds that a pod has to end, as far as handlers care. */
type Grace = number | undefined;

export function livenessErrors(probe: Probe | undefined, grace: Grace, field: string): FieldError[] {
  return onceEnough(probe, grace, field);
}

export const startupErrors = livenessErrors;

function onceEnough(probe: Probe | undefined, grace: Grace, field: string): FieldError[] {
  if (probe === undefined) return [];
  const errors = probeErrors(probe, grace, field);
  const { successThreshold = 0 } = probe;
  if (successThreshold !== 1)
    errors.push(invalidValue(`${field}.successThreshold`, successThreshold, 'must be 1'));
  return errors;
}

export function readinessErrors(probe: Probe | undefined, grace: Grace, field: string): FieldError[] {
  if (probe === undefined) return [];
  const errors = probeErrors(probe, grace, field);
  const { terminationGracePeriodSeconds } = probe;
  if (terminationGracePeriodSeconds !== undefined) {
    const at = `${field}.terminationGracePeriodSeconds`;
    errors.push(invalidValue(at, terminationGracePeriodSeconds, 'must not be set for readinessProbes'));
  }
  return errors;
}

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function probeErrors(probe: Probe, grace: Grace, field: string): FieldError[] {
  const errors = [
    ...handlerErrors(probe, grace, field),
    ...counts.flatMap(count => notNegative(probe[count], `${field}.${count}`)),
  ];
  const { terminationGracePeriodSeconds: seconds } = probe;
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'));
  }
  return errors;
}

type HandlerName = 'exec' | 'httpGet' | 'tcpSocket' | 'grpc' | 'sleep';

const handlers: {
  readonly [Name in HandlerName]: (handler: Handler, grace: Grace, field: string) => FieldError[];
} = {
  exec: ({ exec }, _, field) =>
    (exec?.command ?? []).length === 0 ? [requiredValue(`${field}.command`)] : [],
  httpGet: ({ httpGet }, _, field) => httpErrors(httpGet as HttpGet, field),
  tcpSocket: ({ tcpSocket }, _, field) => portNumberOrName(tcpSocket?.port, `${field}.port`),
  grpc: ({ grpc }, _, field) => [
    ...portNumberOrName(grpc?.port, `${field}.port`),
    ...(grpc?.mode === undefined ? [] : among(grpc.mode, ['Plaintext', 'TLS'], `${field}.mode`)),
  ],
  sleep: ({ sleep }, grace, field) => {
    const seconds = sleep?.seconds ?? 0;
    if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
    const detail = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
    return [invalidValue(field, seconds, detail)];
  },
};

/** Exactly one kind of handler, and that one as it should be. */
function handlerErrors(handler: Handler, grace: Grace, field: string): FieldError[] {
  const present = (Object.keys(handlers) as HandlerName[]).filter(name => handler[name] !== undefined);
  if (present.length === 0) return [requiredValue(field, 'must specify a handler type')];
  return present.flatMap((name, index) =>
    index === 0
      ? handlers[name](handler, grace, `${field}.${name}`)
      : [forbiddenField(`${field}.${name}`, 'may not specify more than 1 handler type')],
  );
}

const headerName = /^[-A-Za-z0-9]+$/;
const headerFault =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";

function httpErrors(get: HttpGet, field: string): FieldError[] {
  const errors = (get.path ?? '') === '' ? [requiredValue(`${field}.path`)] : [];
  errors.push(...portNumberOrName(get.port, `${field}.port`));
  errors.push(...among(get.scheme, ['HTTP', 'HTTPS'], `${field}.scheme`));
  for (const { name = '' } of get.httpHeaders ?? []) {
    if (!headerName.test(name)) errors.push(invalidValue(`${field}.httpHeaders`, name, headerFault));
  }
  return errors;
}

export function lifecycleErrors(lifecycle: Lifecycle | undefined, grace: Grace, field: string): FieldError[] {
  if (lifecycle === undefined) return [];
  const { postStart, preStop } = lifecycle;
  return [
    ...(postStart === undefined ? [] : handlerErrors(postStart, grace, `${field}.postStart`)),
    ...(preStop === undefined ? [] : handlerErrors(preStop, grace, `${field}.preStop`)),
  ];
}
