import type { Schema } from '../schema.ts';
import { isFields, mapValueOf, propertyOf, type Fields } from '../walk.ts';
import type { Correlation } from './correlation.ts';
import { Findings, type Result } from './result.ts';
import {
  checkEnum,
  checkItems,
  checkNumber,
  checkRequired,
  checkSize,
  checkString,
  checkType,
  forbiddenProperty,
  general,
} from './values.ts';

/**
 * Holds a value against an OpenAPI schema with the messages and the order of kube-openapi's validation, so that alternatives
 * (`anyOf`, `oneOf`) are told alike. An error of a part that has not changed since `correlation` is let pass.
 * @param path The place, with a dot before each name below the root of an object without a name.
 */
export function holdAgainst(value: unknown, schema: Schema, path: string, correlation?: Correlation): Result {
  const findings = new Findings();
  checkType(value, schema, path, findings);
  if (value === null) {
    checkEnum(value, schema, path, findings);
    return findings;
  }
  checkAlternatives(value, schema, path, findings);
  if (typeof value === 'string') checkString(value, schema, path, findings);
  else if (typeof value === 'number') checkNumber(value, schema, path, findings);
  else if (Array.isArray(value)) checkArray(value, schema, path, findings, correlation);
  findings.matches += 1;
  checkEnum(value, schema, path, findings);
  if (isFields(value)) checkFields(value, schema, path, findings, correlation);
  findings.matches += 1;
  return findings;
}

/** A child, ratcheted when it has a counterpart. */
function child(value: unknown, schema: Schema, path: string, correlation: Correlation | undefined): Result {
  const result = holdAgainst(value, schema, path, correlation);
  if (result.errors.length > 0 && correlation?.unchanged === true)
    return { errors: [], matches: result.matches };
  return result;
}

function checkArray(
  value: readonly unknown[],
  schema: Schema,
  path: string,
  findings: Findings,
  correlation: Correlation | undefined,
): void {
  const { items } = schema;
  if (items !== undefined) {
    value.forEach((item, index) =>
      findings.merge(child(item, items, `${path}[${index}]`, correlation?.index(index))),
    );
  }
  checkItems(value, schema, path, findings);
  findings.matches += 2;
}

function checkFields(
  value: Fields,
  schema: Schema,
  path: string,
  findings: Findings,
  correlation: Correlation | undefined,
): void {
  checkSize(value, schema, path, findings);
  const others = mapValueOf(schema);
  const root = path === '';
  for (const key in value) {
    const property = propertyOf(schema, key);
    if (property !== undefined) {
      // The version of both objects is that of the request: what the client wrote there cannot be the same as before.
      const same = root && (key === 'kind' || key === 'apiVersion') ? undefined : correlation?.key(key);
      findings.merge(child(value[key], property, root ? key : `${path}.${key}`, same));
    } else if (schema.additionalProperties === false) forbiddenProperty(findings, path, key);
    else if (others !== undefined)
      findings.merge(child(value[key], others, `${path}.${key}`, correlation?.key(key)));
  }
  checkRequired(name => Object.hasOwn(value, name), schema, path, findings);
  findings.matches += 1;
}

function checkAlternatives(value: unknown, schema: Schema, path: string, findings: Findings): void {
  const { anyOf, oneOf, allOf, not } = schema;
  findings.matches += 2;
  if (anyOf !== undefined && anyOf.length > 0) checkAny(value, anyOf, path, findings);
  if (oneOf !== undefined && oneOf.length > 0) checkOne(value, oneOf, path, findings);
  if (allOf !== undefined && allOf.length > 0) checkAll(value, allOf, path, findings);
  if (not !== undefined && holdAgainst(value, not, path).errors.length === 0) {
    general(findings, `${JSON.stringify(path)} must not validate the schema (not)`);
  }
}

function checkAny(value: unknown, alternatives: readonly Schema[], path: string, findings: Findings): void {
  let best: Result | undefined;
  for (const alternative of alternatives) {
    const result = holdAgainst(value, alternative, path);
    if (result.errors.length === 0) {
      findings.merge(result);
      return;
    }
    if (best === undefined || result.matches > best.matches) best = result;
  }
  general(findings, `${JSON.stringify(path)} must validate at least one schema (anyOf)`);
  findings.merge(best);
}

function checkOne(value: unknown, alternatives: readonly Schema[], path: string, findings: Findings): void {
  const results = alternatives.map(alternative => holdAgainst(value, alternative, path));
  const valid = results.filter(result => result.errors.length === 0);
  if (valid.length === 1) {
    findings.merge(valid[0]);
    return;
  }
  const found = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`;
  general(findings, `${JSON.stringify(path)} must validate one and only one schema (oneOf). ${found}`);
  // What was wrong is told only while no alternative has been found to fit.
  if (valid.length === 0)
    findings.merge(results.reduce((best, result) => (result.matches > best.matches ? result : best)));
}

function checkAll(value: unknown, parts: readonly Schema[], path: string, findings: Findings): void {
  const results = parts.map(part => holdAgainst(value, part, path));
  for (const result of results) findings.merge(result);
  const valid = results.filter(result => result.errors.length === 0).length;
  if (valid === parts.length) return;
  general(
    findings,
    `${JSON.stringify(path)} must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`,
  );
}
