import {
  type FieldError,
  invalidValue,
  type KubeObject,
  labelFaults,
  requiredValue,
  subdomainFaults,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { addressFamily, isIP } from '../addresses.ts';
import { among, faulty, portNameFaults, portNumber, required } from '../checks.ts';
import { filled, specOf, statusOf } from '../filling.ts';
import { updates, withStatus } from '../strategy.ts';

interface Backend {
  readonly service?: {
    readonly name?: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
  readonly resource?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
}

interface Path {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend?: Backend;
}

interface IngressSpec {
  readonly ingressClassName?: string;
  readonly defaultBackend?: Backend;
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: { readonly paths?: readonly Path[] };
  }[];
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
}

const emptyStatus = { loadBalancer: {} };
const classAnnotation = 'kubernetes.io/ingress.class';

/** Rules of Ingress. */
export const ingresses: Rules = {
  complete: object => filled<KubeObject>(object, { spec: {}, status: emptyStatus }),
  ...withStatus(emptyStatus),
  validateCreate: object => [...errorsOf(object), ...annotationErrors(object)],
  ...updates(object => errorsOf(object), statusErrors),
  warnings: (object, old) =>
    old === undefined && object.metadata.annotations?.[classAnnotation] !== undefined
      ? [
          `annotation ${JSON.stringify(classAnnotation)} is deprecated, please use 'spec.ingressClassName' instead`,
        ]
      : [],
};

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<IngressSpec>(object);
  const { rules = [], defaultBackend, tls = [], ingressClassName: name } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && defaultBackend === undefined) {
    const detail = 'either `defaultBackend` or `rules` must be specified';
    errors.push(invalidValue('spec', spec.rules, detail));
  }
  if (defaultBackend !== undefined) errors.push(...backendErrors(defaultBackend, 'spec.defaultBackend'));
  for (const [index, { host = '', http }] of rules.entries()) {
    const field = `spec.rules[${index}]`;
    if (host !== '') errors.push(...hostErrors(host, `${field}.host`));
    if (http !== undefined) errors.push(...pathsErrors(http.paths ?? [], `${field}.http.paths`));
  }
  for (const [index, { hosts = [], secretName = '' }] of tls.entries()) {
    const field = `spec.tls[${index}]`;
    errors.push(...hosts.flatMap((host, place) => nameErrors(host, `${field}.hosts[${place}]`)));
    if (secretName !== '')
      errors.push(...faulty(subdomainFaults(secretName), `${field}.secretName`, secretName));
  }
  return name === undefined
    ? errors
    : [...errors, ...faulty(subdomainFaults(name), 'spec.ingressClassName', name)];
}

function hostErrors(host: string, field: string): FieldError[] {
  const address =
    addressFamily(host) === 0 ? [] : [invalidValue(field, host, 'must be a DNS name, not an IP address')];
  return [...address, ...nameErrors(host, field)];
}

const wildcard = /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const wildcardFault =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function nameErrors(host: string, field: string): FieldError[] {
  if (!host.includes('*')) return faulty(subdomainFaults(host), field, host);
  const long = host.length > 253 ? [invalidValue(field, host, 'must be no more than 253 characters')] : [];
  return wildcard.test(host) ? long : [...long, invalidValue(field, host, wildcardFault)];
}

function pathsErrors(paths: readonly Path[], field: string): FieldError[] {
  if (paths.length === 0) return [requiredValue(field)];
  return paths.flatMap((path, index) => pathErrors(path, `${field}[${index}]`));
}

const sequences = ['//', '/./', '/../', '%2f', '%2F'];
const endings = ['/..', '/.'];
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

function pathErrors({ path = '', pathType, backend = {} }: Path, field: string): FieldError[] {
  if (pathType === undefined) return [requiredValue(`${field}.pathType`, 'pathType must be specified')];
  const at = `${field}.path`;
  const errors: FieldError[] = [];
  const exact = pathType === 'Exact' || pathType === 'Prefix';
  const loose = pathType === 'ImplementationSpecific' && path !== '';
  if ((exact || loose) && !path.startsWith('/'))
    errors.push(invalidValue(at, path, 'must be an absolute path'));
  if (exact) {
    for (const part of sequences.filter(one => path.includes(one))) {
      errors.push(invalidValue(at, path, `must not contain '${part}'`));
    }
    for (const end of endings.filter(one => path.endsWith(one))) {
      errors.push(invalidValue(at, path, `cannot end with '${end}'`));
    }
  }
  errors.push(...among(pathType, pathTypes, `${field}.pathType`));
  return [...errors, ...backendErrors(backend, `${field}.backend`)];
}

function backendErrors({ service, resource }: Backend, field: string): FieldError[] {
  if (service !== undefined && resource !== undefined) {
    return [invalidValue(field, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) {
    return [
      ...required(resource.kind, `${field}.resource.kind`),
      ...required(resource.name, `${field}.resource.name`),
    ];
  }
  if (service === undefined) return [invalidValue(field, '', 'resource or service backend is required')];
  const { name = '', port = {} } = service;
  const errors =
    name === ''
      ? [requiredValue(`${field}.service.name`)]
      : faulty(labelFaults(name), `${field}.service.name`, name);
  return [...errors, ...portErrors(port.name ?? '', port.number ?? 0, field)];
}

function portErrors(name: string, number: number, field: string): FieldError[] {
  if (name !== '' && number !== 0)
    return [invalidValue(field, '', 'cannot set both port name & port number')];
  if (name !== '') return faulty(portNameFaults(name), `${field}.service.port.name`, name);
  if (number !== 0) return portNumber(number, `${field}.service.port.number`);
  return [requiredValue(field, 'port name or number is required')];
}

function annotationErrors(object: KubeObject): FieldError[] {
  const { ingressClassName: name } = specOf<IngressSpec>(object);
  const annotation = object.metadata.annotations?.[classAnnotation];
  if (annotation === undefined || name === undefined || annotation === name) return [];
  const detail = 'must match `ingressClassName` when both are specified';
  return [invalidValue(`annotations.${classAnnotation}`, annotation, detail)];
}

interface Status {
  readonly loadBalancer?: {
    readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
  };
}

function statusErrors(object: KubeObject): FieldError[] {
  const { loadBalancer } = statusOf<Status>(object);
  return (loadBalancer?.ingress ?? []).flatMap(({ ip = '', hostname = '' }, index) => {
    const field = `status.loadBalancer.ingress[${index}]`;
    const errors = ip === '' ? [] : isIP(ip, `${field}.ip`);
    if (hostname === '') return errors;
    errors.push(...faulty(subdomainFaults(hostname), `${field}.hostname`, hostname));
    if (addressFamily(hostname) === 0) return errors;
    return [...errors, invalidValue(`${field}.hostname`, hostname, 'must be a DNS name, not an IP address')];
  });
}
