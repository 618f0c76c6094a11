import {
  elementOf,
  type FieldError,
  forbiddenField,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../meta/index.ts';
import type { Schema, ValidationRule } from '../schema.ts';
import { compilerOf } from '../cel/rules.ts';
import type { Program } from '../cel/compile.ts';
import { metaFields } from '../custom/shape.ts';
import { fieldPathFault } from './fieldpath.ts';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** Keywords that a definition may not use. */
const refused = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
] as const;

/** What a walk knows of the place it has come to. */
interface Place {
  readonly field: string;
  readonly root: boolean;
  /** Why no default may stand here. */
  readonly noDefaults?: string;
  readonly insideMeta: boolean;
  /** The nearest part above whose old value cannot be told; rules there cannot name `oldSelf`. */
  readonly uncorrelated?: string;
  /** Whether rules are compiled here. */
  readonly compiled: boolean;
}

/** Faults of the schema, and of its rules when the schema around them has none. */
interface Faults {
  readonly schema: FieldError[];
  readonly rules: FieldError[];
}

/**
 * What apiextensions refuses in a schema beside its structure: keywords that have no meaning here, list types that do not fit, rules
 * that do not compile.
 * @param compile Whether the rules are to be compiled: only a structural schema has types for them.
 */
export function openapiErrors(schema: Schema, field: string, compile: boolean): FieldError[] {
  const { schema: faults, rules } = faultsOf(schema, {
    field,
    root: true,
    insideMeta: false,
    compiled: compile,
  });
  return [...faults, ...rules];
}

function faultsOf(schema: Schema, place: Place): Faults {
  const faults: Faults = { schema: [], rules: [] };
  const visit = (part: Schema | undefined, next: Partial<Place> & { readonly field: string }): void => {
    if (part === undefined) return;
    const found = faultsOf(part, { ...place, root: false, ...next });
    faults.schema.push(...found.schema);
    faults.rules.push(...found.rules);
  };
  faults.schema.push(...keywordErrors(schema, place));
  visitParts(schema, place, visit);
  faults.schema.push(
    ...extensionErrors(schema, place.field),
    ...listErrors(schema, place.field),
    ...keyErrors(schema, place.field),
  );
  const rules = schema['x-kubernetes-validations'] ?? [];
  rules.forEach((rule, index) =>
    faults.schema.push(...ruleTextErrors(rule, schema, ruleField(place, index))),
  );
  if (faults.schema.length === 0 && place.compiled)
    faults.rules.push(...compiledErrors(schema, rules, place));
  return faults;
}

function ruleField({ field }: Place, index: number): string {
  return elementOf(`${field}.x-kubernetes-validations`, index);
}

type Visit = (part: Schema | undefined, next: Partial<Place> & { readonly field: string }) => void;

function visitParts(schema: Schema, place: Place, visit: Visit): void {
  const { field, root, insideMeta } = place;
  const { additionalProperties, properties = {}, items } = schema;
  if (typeof additionalProperties === 'object') {
    const noDefaults = insideMeta
      ? { noDefaults: 'inside additionalProperties applying to object metadata' }
      : {};
    visit(additionalProperties, { field: `${field}.additionalProperties`, ...noDefaults });
  }
  const resource = root || schema['x-kubernetes-embedded-resource'] === true;
  for (const [key, property] of Object.entries(properties)) {
    const meta = resource && metaFields.has(key);
    visit(property, {
      field: elementOf(`${field}.properties`, key),
      ...(meta && { insideMeta: true }),
      ...(meta && root && { noDefaults: `in top-level ${key}` }),
    });
  }
  const nested = { compiled: false };
  visit(schema.not, { field: `${field}.not`, ...nested });
  for (const name of ['allOf', 'oneOf', 'anyOf'] as const) {
    schema[name]?.forEach((part, index) =>
      visit(part, { field: elementOf(`${field}.${name}`, index), ...nested }),
    );
  }
  const lost =
    schema['x-kubernetes-list-type'] === 'map' || place.uncorrelated !== undefined
      ? {}
      : { uncorrelated: field };
  visit(items, { field: `${field}.items`, ...lost });
}

function keywordErrors(schema: Schema, { field, noDefaults, insideMeta }: Place): FieldError[] {
  const errors: FieldError[] = [];
  const { type } = schema;
  if (type !== undefined && !types.includes(type))
    errors.push(unsupportedValue(`${field}.type`, type, types));
  if (schema.default !== undefined && schema.default !== null && noDefaults !== undefined) {
    errors.push(forbiddenField(`${field}.default`, `must not be set ${noDefaults}`));
  }
  for (const name of refused) {
    const value = (schema as Record<string, unknown>)[name];
    if (value !== undefined && value !== '')
      errors.push(forbiddenField(`${field}.${name}`, `${name} is not supported`));
  }
  if ((type as string) === 'null') {
    errors.push(
      forbiddenField(`${field}.type`, 'type cannot be set to null, use nullable as an alternative'),
    );
  }
  if (Array.isArray(schema.items)) {
    errors.push(forbiddenField(`${field}.items`, 'items must be a schema object and not an array'));
  }
  if (insideMeta && schema['x-kubernetes-embedded-resource'] === true) {
    errors.push(
      forbiddenField(`${field}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'),
    );
  }
  if (schema.uniqueItems === true) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenField(`${field}.uniqueItems`, detail));
  }
  const { additionalProperties, properties = {} } = schema;
  if (
    additionalProperties !== undefined &&
    additionalProperties !== true &&
    Object.keys(properties).length > 0
  ) {
    errors.push(
      forbiddenField(
        `${field}.additionalProperties`,
        'additionalProperties and properties are mutual exclusive',
      ),
    );
  }
  return errors;
}

function wrongType(schema: Schema, wanted: string, extension: string, field: string): FieldError[] {
  if (schema.type === wanted) return [];
  const detail = `must be ${wanted} if ${extension} is specified`;
  return [
    schema.type === undefined
      ? requiredValue(`${field}.type`, detail)
      : invalidValue(`${field}.type`, schema.type, detail),
  ];
}

function extensionErrors(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(
      invalidValue(`${field}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'),
    );
  }
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType !== undefined) {
    errors.push(...wrongType(schema, 'object', 'x-kubernetes-map-type', field));
    if (!['atomic', 'granular'].includes(mapType)) {
      errors.push(unsupportedValue(`${field}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
    }
  }
  return errors;
}

function listErrors(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { items } = schema;
  const type = schema['x-kubernetes-list-type'];
  if (type === undefined) return errors;
  const wrong = wrongType(schema, 'array', 'x-kubernetes-list-type', field);
  errors.push(...wrong);
  if (wrong.length === 0 && type === 'set' && items !== undefined) errors.push(...setErrors(items, field));
  if (!['atomic', 'set', 'map'].includes(type)) {
    errors.push(unsupportedValue(`${field}.x-kubernetes-list-type`, type, ['atomic', 'set', 'map']));
  }
  return errors;
}

function setErrors(items: Schema, field: string): FieldError[] {
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const type = items['x-kubernetes-list-type'];
  if (items.type === 'array' && type !== undefined && type !== 'atomic') {
    return [invalidValue(`${field}.items.x-kubernetes-list-type`, type, detail)];
  }
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    return [invalidValue(`${field}.items.x-kubernetes-map-type`, type ?? null, detail)];
  }
  return [];
}

/** Rules of the keys of lists of type `map`. */
function keyErrors(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const type = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const { items } = schema;
  if (keys.length > 0 && type !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const at = `${field}.x-kubernetes-list-type`;
    errors.push(type === undefined ? requiredValue(at, detail) : invalidValue(at, type, detail));
  }
  if (type === 'map') {
    const at = `${field}.x-kubernetes-list-map-keys`;
    if (keys.length === 0)
      errors.push(requiredValue(at, 'must not be empty if x-kubernetes-list-type is map'));
    if (items === undefined)
      errors.push(requiredValue(`${field}.items`, 'must have a schema if x-kubernetes-list-type is map'));
    else if (items.type === 'object') errors.push(...keyPropertyErrors(items, keys, field));
    else
      errors.push(
        invalidValue(
          `${field}.items.type`,
          items.type ?? '',
          "must be object if parent array's x-kubernetes-list-type is map",
        ),
      );
  }
  if ((type === 'set' || type === 'map') && items?.nullable === true) {
    errors.push(
      forbiddenField(`${field}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${type}`),
    );
  }
  return errors;
}

function keyPropertyErrors(items: Schema, keys: readonly string[], field: string): FieldError[] {
  const at = `${field}.x-kubernetes-list-map-keys`;
  return keys.flatMap((key, index) => {
    const errors: FieldError[] = [];
    const property = items.properties?.[key];
    const place = elementOf(`${field}.items.properties`, key);
    if (property === undefined)
      errors.push(invalidValue(at, keys, 'entries must all be names of item properties'));
    else if (property.type === 'array' || property.type === 'object') {
      errors.push(
        invalidValue(
          `${place}.type`,
          items.type,
          "must be a scalar type if parent array's x-kubernetes-list-type is map",
        ),
      );
    }
    if (keys.indexOf(key) < index) errors.push(invalidValue(at, keys, 'must not contain duplicate entries'));
    const needed = 'this property is in x-kubernetes-list-map-keys, so it';
    if (property !== undefined && !items.required?.includes(key) && (property.default ?? null) === null) {
      errors.push(
        requiredValue(`${place}.default`, `${needed} must have a default or be a required property`),
      );
    }
    if (property?.nullable === true)
      errors.push(forbiddenField(`${place}.nullable`, `${needed} cannot be nullable`));
    return errors;
  });
}

const lineBreaks = /[\n\r]/;

function ruleTextErrors(rule: ValidationRule, schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { rule: written = '' } = rule as Partial<ValidationRule>;
  const text = written.trim();
  const message = rule.message?.trim() ?? '';
  if (text === '') errors.push(requiredValue(`${field}.rule`, 'rule is not specified'));
  else if ((rule.message ?? '') !== '' && message === '') {
    errors.push(invalidValue(`${field}.message`, rule.message, 'must be non-empty if specified'));
  } else if (lineBreaks.test(message))
    errors.push(invalidValue(`${field}.message`, rule.message, 'must not contain line breaks'));
  else if (lineBreaks.test(text) && message === '') {
    errors.push(requiredValue(`${field}.message`, 'message must be specified if rule contains line breaks'));
  }
  if ((rule.messageExpression ?? '') !== '' && rule.messageExpression?.trim() === '') {
    errors.push(
      requiredValue(`${field}.messageExpression`, 'messageExpression must be non-empty if specified'),
    );
  }
  if (rule.reason !== undefined && !reasons.includes(rule.reason)) {
    errors.push(unsupportedValue(`${field}.reason`, rule.reason, reasons));
  }
  return [...errors, ...pathErrors(rule.fieldPath ?? '', schema, `${field}.fieldPath`)];
}

function pathErrors(path: string, schema: Schema, field: string): FieldError[] {
  if (path === '') return [];
  const errors: FieldError[] = [];
  if (path.trim() === '') errors.push(invalidValue(field, path, 'must be non-empty if specified'));
  if (lineBreaks.test(path)) errors.push(invalidValue(field, path, 'must not contain line breaks'));
  if (fieldPathFault(path, schema) !== undefined)
    errors.push(invalidValue(field, path, 'must be a valid path'));
  return errors;
}

function compiledErrors(schema: Schema, rules: readonly ValidationRule[], place: Place): FieldError[] {
  if (rules.length === 0) return [];
  const compiler = compilerOf(schema, place.root);
  const compiled = compiler.rulesOf(compiler.types.effective(schema, place.root), rules);
  return compiled.flatMap(({ rule, program, message }, index) => {
    const field = ruleField(place, index);
    const errors = programErrors(rule, program, `${field}.rule`);
    if (message !== undefined) errors.push(...programErrors(rule, message, `${field}.messageExpression`));
    return [...errors, ...oldSelfErrors(rule, program, place, field)];
  });
}

function programErrors(rule: ValidationRule, program: Program, field: string): FieldError[] {
  return 'fault' in program ? [invalidValue(field, goRule(rule), program.fault)] : [];
}

function oldSelfErrors(
  rule: ValidationRule,
  program: Program,
  { uncorrelated }: Place,
  field: string,
): FieldError[] {
  if ('fault' in program) return [];
  if (program.usesOldSelf) {
    if (uncorrelated === undefined) return [];
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    return [invalidValue(`${field}.rule`, rule.rule, detail)];
  }
  if (rule.optionalOldSelf === undefined) return [];
  return [
    invalidValue(
      `${field}.optionalOldSelf`,
      rule.optionalOldSelf,
      'may not be set if oldSelf is not used in rule',
    ),
  ];
}

/** A rule as messages show it: the fields of the Go type. */
function goRule(rule: ValidationRule): unknown {
  return {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}
