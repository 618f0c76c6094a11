import {
  configKeyFaults,
  type FieldError,
  invalidValue,
  type KubeObject,
  requiredValue,
  tooLong,
} from '../../../meta/index.ts';
import { parseJson } from '../../../schema/index.ts';
import type { Rules } from '../../kind.ts';
import { faulty } from '../checks.ts';
import { filledZero, without } from '../filling.ts';
import { bytesOfBase64, frozenErrors, largestData } from './configmaps.ts';

type Texts = Readonly<Record<string, string>>;

/** Rules of Secret: `stringData` is a way to write `data`; what the types of Kubernetes need must be there. */
export const secrets: Rules = {
  complete: object => filledZero<KubeObject>(withTexts(object), { type: 'Opaque' }),
  prepareUpdate: (object, old) => ((object['type'] ?? '') === '' ? { ...object, type: old['type'] } : object),
  validateCreate: object => errorsOf(object),
  validateUpdate: (object, old) => [
    ...(object['type'] === old['type']
      ? []
      : [invalidValue('type', object['type'] ?? '', 'field is immutable')]),
    ...frozenErrors(object, old, ['data']),
    ...errorsOf(object),
  ],
  warnings: pairWarnings,
};

function withTexts(object: KubeObject): KubeObject {
  const texts = object['stringData'] as Texts | undefined;
  if (texts === undefined || texts === null) return object;
  const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  const data = { ...(object['data'] as Texts | undefined), ...Object.fromEntries(encoded) };
  const rest = without(object, 'stringData', 'data');
  return Object.keys(data).length === 0 ? rest : { ...rest, data };
}

function errorsOf(object: KubeObject): FieldError[] {
  const data = (object['data'] ?? {}) as Texts;
  const errors = Object.keys(data).flatMap(key => faulty(configKeyFaults(key), `data[${key}]`, key));
  const bytes = Object.values(data).reduce((sum, text) => sum + bytesOfBase64(text), 0);
  if (bytes > largestData) errors.push(tooLong('data', largestData));
  return [...errors, ...typeErrors(object, data)];
}

const accountName = 'kubernetes.io/service-account.name';

function typeErrors(object: KubeObject, data: Texts): FieldError[] {
  const missing = (...keys: string[]) => keys.map(key => requiredValue(`data[${key}]`));
  switch (object['type']) {
    case 'kubernetes.io/service-account-token':
      return (object.metadata.annotations?.[accountName] ?? '') === ''
        ? [requiredValue(`metadata.annotations[${accountName}]`)]
        : [];
    case 'kubernetes.io/dockercfg':
      return documentErrors(data, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return documentErrors(data, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth':
      return Object.hasOwn(data, 'username') || Object.hasOwn(data, 'password')
        ? []
        : missing('username', 'password');
    case 'kubernetes.io/ssh-auth':
      return (data['ssh-privatekey'] ?? '') === '' ? missing('ssh-privatekey') : [];
    case 'kubernetes.io/tls':
      return missing(...['tls.crt', 'tls.key'].filter(key => !Object.hasOwn(data, key)));
    default:
      return [];
  }
}

const redacted = '<secret contents redacted>';

function documentErrors(data: Texts, key: string): FieldError[] {
  const field = `data[${key}]`;
  if (!Object.hasOwn(data, key)) return [requiredValue(field)];
  const text = Buffer.from(data[key] ?? '', 'base64').toString();
  const fault = jsonFault(text);
  return fault === undefined ? [] : [invalidValue(field, redacted, fault)];
}

/** What Go's decoder says of a text that is not the JSON of an object. */
function jsonFault(text: string): string | undefined {
  let value: unknown;
  try {
    ({ value } = parseJson(Buffer.from(text)));
  } catch (error) {
    return (error as Error).message;
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

/** A pair of a certificate and a key that cannot be one is only warned of. */
function pairWarnings(object: KubeObject): string[] {
  if (object['type'] !== 'kubernetes.io/tls') return [];
  const data = (object['data'] ?? {}) as Texts;
  const pem = (key: string) => Buffer.from(data[key] ?? '', 'base64').includes('-----BEGIN ');
  if (!pem('tls.crt')) return ['tls: failed to find any PEM data in certificate input'];
  return pem('tls.key') ? [] : ['tls: failed to find any PEM data in key input'];
}
