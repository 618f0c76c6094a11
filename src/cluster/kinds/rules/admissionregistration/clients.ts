import { X509Certificate } from 'node:crypto';
import {
  type FieldError,
  invalidValue,
  label1035Faults,
  requiredValue,
  subdomainFaults,
} from '../../../meta/index.ts';
import { faulty, portNumber, required } from '../checks.ts';
import { filled, mapped } from '../filling.ts';
import { urlErrors } from './urls.ts';

/** Where a webhook is reached, whatever it is asked about. */
export interface Client {
  readonly url?: string;
  readonly service?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly path?: string;
    readonly port?: number;
  };
  /** PEM in base64. */
  readonly caBundle?: string;
}

export function completedClient(client: Client): Client {
  return mapped(client, 'service', service => filled(service, { port: 443 }));
}

export function clientErrors({ url, service }: Client, field: string): FieldError[] {
  if ((url === undefined) === (service === undefined)) {
    return [requiredValue(field, 'exactly one of url or service is required')];
  }
  if (url !== undefined) return urlErrors(url, `${field}.url`);
  const { name, namespace, path, port = 0 } = service ?? {};
  const at = `${field}.service`;
  return [
    ...required(name, `${at}.name`),
    ...required(namespace, `${at}.namespace`),
    ...portFault(port, `${at}.port`),
    ...pathErrors(path ?? '', `${at}.path`),
  ];
}

/** Every part of the path is a name like those of objects. */
function pathErrors(path: string, field: string): FieldError[] {
  if (path === '' || path === '/') return [];
  if (path === '//') return [invalidValue(field, path, 'segment[0] may not be empty')];
  const errors = path.startsWith('/') ? [] : [invalidValue(field, path, "must start with a '/'")];
  const steps = path.slice(1).replace(/\/$/, '').split('/');
  return [
    ...errors,
    ...steps.flatMap((step, index) => {
      if (step === '') return [invalidValue(field, path, `segment[${index}] may not be empty`)];
      return subdomainFaults(step).map(fault => invalidValue(field, path, `segment[${index}]: ${fault}`));
    }),
  ];
}

function portFault(port: number, field: string): FieldError[] {
  return portNumber(port, field).map(() =>
    invalidValue(field, port, 'port is not valid: must be between 1 and 65535, inclusive'),
  );
}

/** Versions of reviews that an API server has. */
export const knownVersions = ['v1', 'v1beta1'];

/** Rules of the versions of reviews that a webhook understands; at least one is given. */
export function reviewVersionErrors(versions: readonly string[], field: string): FieldError[] {
  const errors = versions.flatMap((version, index) => {
    const at = `${field}[${index}]`;
    if (versions.indexOf(version) !== index) return [invalidValue(at, version, 'duplicate version')];
    return faulty(label1035Faults(version), at, version);
  });
  if (versions.some(isKnownVersion)) return errors;
  return [
    ...errors,
    invalidValue(field, versions, `must include at least one of ${knownVersions.join(', ')}`),
  ];
}

export function isKnownVersion(version: string): boolean {
  return knownVersions.includes(version);
}

/** Why certificates cannot be read from a bundle; undefined: they can, or there are none to be read. */
export function bundleFault({ caBundle = '' }: Client): string | undefined {
  const text = Buffer.from(caBundle, 'base64').toString();
  if (text === '') return undefined;
  const blocks = text.match(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g) ?? [];
  if (blocks.some(isCertificate)) return undefined;
  const why = blocks.length === 0 ? 'unable to parse bytes as PEM block' : 'failed to parse certificate';
  return `unable to load root certificates: ${why}`;
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).subject !== undefined;
  } catch {
    return false;
  }
}
