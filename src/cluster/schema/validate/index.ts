import { type FieldError, typeInvalid, invalidValue } from '../../meta/index.ts';
import type { Schema, TypedSchema } from '../schema.ts';
import { hasRules, ruleErrors } from '../cel/rules.ts';
import { writtenSchema } from '../custom/shape.ts';
import { isFields, propertyOf } from '../walk.ts';
import { Correlation } from './correlation.ts';
import { embeddedErrors } from './embedded.ts';
import { listErrors } from './lists.ts';
import { scaleErrors, type ScalePaths } from './scale.ts';
import { holdAgainst } from './schema.ts';
import { nowhere } from './values.ts';

/** What an object must be besides what its schema says. */
export interface CustomChecks {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly scale?: ScalePaths;
  /** `status`: only the status is held against the schema, as in an update of that subresource. */
  readonly part?: 'all' | 'status';
}

/** Errors after which rules are not asked, since they could stumble over the fault. */
const blocking: ReadonlySet<FieldError['reason']> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/**
 * Checks an object of a custom kind against its schema: types and limits first, then the numbers of its scale, lists that hold
 * something twice, and rules in CEL. The messages and their order are those of apiextensions 1.37.
 * @param old What is stored; faults of parts that have not changed are let pass. Undefined for a new object.
 */
export function validateSchema(
  value: unknown,
  old: unknown,
  shape: TypedSchema,
  checks: CustomChecks = {},
): FieldError[] {
  const schema = writtenSchema(shape);
  const correlation = old === undefined || old === null ? undefined : new Correlation(value, old, schema);
  const errors = [
    ...ownErrors(value, schema, correlation, checks),
    ...embeddedErrors(value, schema, ''),
    ...itemErrors(value, old, schema),
  ];
  if (!hasRules(schema)) return errors;
  if (errors.some(({ reason }) => blocking.has(reason))) return [...errors, rulesSkipped];
  const broken = ruleErrors(value, old, schema, undefined);
  const told =
    broken.length === 0 || correlation === undefined ? broken : ruleErrors(value, old, schema, correlation);
  return [...errors, ...told];
}

const rulesSkipped = invalidValue(
  nowhere,
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

function ownErrors(
  value: unknown,
  schema: Schema,
  correlation: Correlation | undefined,
  checks: CustomChecks,
): FieldError[] {
  const wrong = identityErrors(value, checks);
  if (wrong.length > 0) return wrong;
  const held =
    checks.part === 'status'
      ? statusErrors(value, schema, correlation)
      : heldErrors(value, schema, '', correlation);
  return checks.scale === undefined
    ? held
    : [...held, ...scaleErrors(value, checks.scale, checks.part ?? 'all')];
}

function heldErrors(
  value: unknown,
  schema: Schema,
  path: string,
  correlation: Correlation | undefined,
): FieldError[] {
  const { errors } = holdAgainst(value, schema, path);
  // What has changed is asked only where something is wrong.
  if (errors.length === 0 || correlation?.unchanged === true) return [];
  const told = correlation === undefined ? errors : holdAgainst(value, schema, path, correlation).errors;
  return told.map(({ error }) => error);
}

/** The status is a document of its own there: its messages begin below it, its fields do not. */
function statusErrors(value: unknown, schema: Schema, correlation: Correlation | undefined): FieldError[] {
  const status = propertyOf(schema, 'status');
  if (status === undefined || !isFields(value) || !Object.hasOwn(value, 'status')) return [];
  return heldErrors(value['status'], status, '', correlation?.key('status')).map(error => {
    const field = error.field === nowhere ? 'status' : `status.${error.field}`;
    return { ...error, field, message: `${field}: ${error.body}` };
  });
}

function itemErrors(value: unknown, old: unknown, schema: Schema): FieldError[] {
  const errors = listErrors(value, schema, '');
  return errors.length > 0 && old !== undefined && old !== null && listErrors(old, schema, '').length > 0
    ? []
    : errors;
}

function identityErrors(value: unknown, { kind, apiVersion }: CustomChecks): FieldError[] {
  if (!isFields(value)) return [typeInvalid(nowhere, value, 'must be an object')];
  const errors: FieldError[] = [];
  if (kind !== undefined && value['kind'] !== kind)
    errors.push(invalidValue('kind', value['kind'], `must be ${kind}`));
  if (apiVersion !== undefined && value['apiVersion'] !== apiVersion) {
    errors.push(invalidValue('apiVersion', value['apiVersion'], `must be ${apiVersion}`));
  }
  return errors;
}
