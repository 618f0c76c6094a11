import {
  configKeyFaults,
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  tooLong,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { faulty } from '../checks.ts';
import { same } from '../sameness.ts';

type Texts = Readonly<Record<string, string>>;

/** The most bytes that a ConfigMap or Secret may hold. */
export const largestData = 1024 * 1024;

/** Rules of ConfigMap. */
export const configmaps: Rules = {
  validateCreate: object => errorsOf(object),
  validateUpdate: (object, old) => [
    ...frozenErrors(object, old, ['data', 'binaryData']),
    ...errorsOf(object),
  ],
};

function errorsOf(object: KubeObject): FieldError[] {
  const data = (object['data'] ?? {}) as Texts;
  const binary = (object['binaryData'] ?? {}) as Texts;
  const errors = Object.keys(data).flatMap(key => [
    ...faulty(configKeyFaults(key), `data[${key}]`, key),
    ...(Object.hasOwn(binary, key)
      ? [invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')]
      : []),
  ]);
  errors.push(...Object.keys(binary).flatMap(key => faulty(configKeyFaults(key), `binaryData[${key}]`, key)));
  const bytes = sum(data, value => Buffer.byteLength(value)) + sum(binary, bytesOfBase64);
  return bytes > largestData ? [...errors, tooLong('[]', largestData)] : errors;
}

function sum(texts: Texts, size: (text: string) => number): number {
  return Object.values(texts).reduce((bytes, text) => bytes + size(text), 0);
}

/** How many bytes a base64 text stands for. */
export function bytesOfBase64(text: string): number {
  return Buffer.byteLength(text, 'base64');
}

/** Once an object is immutable, neither its data nor that can change. */
export function frozenErrors(object: KubeObject, old: KubeObject, fields: readonly string[]): FieldError[] {
  if (old['immutable'] !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const errors = object['immutable'] === true ? [] : [forbiddenField('immutable', detail)];
  for (const field of fields) {
    if (!same(object[field], old[field])) errors.push(forbiddenField(field, detail));
  }
  return errors;
}
