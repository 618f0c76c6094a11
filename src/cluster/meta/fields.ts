/** Why a field is wrong, in the words of Kubernetes' `field.ErrorType` and the text that messages begin with. */
const beginnings = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
} as const;

export type FieldReason = keyof typeof beginnings;

/** One broken rule of an object. */
export interface FieldError {
  readonly reason: FieldReason;
  /** `spec.containers[0].name`. */
  readonly field: string;
  /** `Invalid value: "x": must be …`, the cause's message. */
  readonly body: string;
  /** The field and the body. */
  readonly message: string;
}

/** A value as messages quote it: strings quoted, numbers and booleans bare, anything else compact JSON. */
export function quoted(value: unknown): string {
  return value === undefined ? 'null' : JSON.stringify(value);
}

function fieldError(
  reason: FieldReason,
  field: string,
  value: string | undefined,
  detail: string,
): FieldError {
  let body: string = beginnings[reason];
  if (value !== undefined) body += `: ${value}`;
  if (detail !== '') body += `: ${detail}`;
  return { reason, field, body, message: `${field}: ${body}` };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return fieldError('FieldValueInvalid', field, quoted(value), detail);
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return fieldError('FieldValueTypeInvalid', field, quoted(value), detail);
}

export function requiredValue(field: string, detail = ''): FieldError {
  return fieldError('FieldValueRequired', field, undefined, detail);
}

export function duplicateValue(field: string, value: unknown): FieldError {
  return fieldError('FieldValueDuplicate', field, quoted(value), '');
}

export function notFoundValue(field: string, value: unknown): FieldError {
  return fieldError('FieldValueNotFound', field, quoted(value), '');
}

export function forbiddenField(field: string, detail: string): FieldError {
  return fieldError('FieldValueForbidden', field, undefined, detail);
}

export function tooLong(field: string, limit: number): FieldError {
  return fieldError('FieldValueTooLong', field, undefined, `may not be more than ${limit} bytes`);
}

export function tooMany(field: string, actual: number, limit: number): FieldError {
  return fieldError('FieldValueTooMany', field, `${actual}`, `must have at most ${limit} items`);
}

/** `Unsupported value: "x": supported values: "a", "b"`, the values in the order given. */
export function unsupportedValue(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map(quoted).join(', ');
  return fieldError('FieldValueNotSupported', field, quoted(value), `supported values: ${list}`);
}

/** A field below another: `childOf('spec', 'name')`, `childOf('', 'spec')`. */
export function childOf(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

/** An element of a list (`elementOf('spec.ports', 0)`) or a key of a map (`spec.data[key]`). */
export function elementOf(parent: string, index: number | string): string {
  return `${parent}[${index}]`;
}
