import {
  type FieldError,
  forbiddenField,
  invalidValue,
  label1035Faults,
  labelFaults,
  labelValueFaults,
  parseQuantity,
  qualifiedNameFaults,
  requiredValue,
  signOf,
  subdomainFaults,
  unsupportedValue,
} from '../../meta/index.ts';
import type { Selector, SelectorRequirement } from './pod/shapes.ts';
import { declared } from './declared.ts';
import { same } from './sameness.ts';

/** Checks of single fields that many kinds share, with the words of Kubernetes' validation. */
export function notNegative(value: number | undefined, field: string): FieldError[] {
  return (value ?? 0) < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
}

export function positive(value: number | undefined, field: string): FieldError[] {
  return (value ?? 0) <= 0 ? [invalidValue(field, value ?? 0, 'must be greater than zero')] : [];
}

export function inRange(value: number, low: number, high: number, field: string): FieldError[] {
  return value < low || value > high ? [invalidValue(field, value, rangeText(low, high))] : [];
}

export function rangeText(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

export function portNumber(value: number, field: string): FieldError[] {
  return inRange(value, 1, 65535, field);
}

/** What is wrong with the name of a port (IANA service name). */
export function portNameFaults(name: string): string[] {
  const faults: string[] = [];
  if (name.length > 15) faults.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) {
    faults.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) faults.push('must contain at least one letter (a-z)');
  if (name.includes('--')) faults.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) faults.push('must not begin or end with a hyphen');
  return faults;
}

export function portNumberOrName(port: number | string | undefined, field: string): FieldError[] {
  if (typeof port === 'string') return faulty(portNameFaults(port), field, port);
  return portNumber(port ?? 0, field);
}

/** One error per fault of a value. */
export function faulty(faults: readonly string[], field: string, value: unknown): FieldError[] {
  return faults.map(fault => invalidValue(field, value, fault));
}

export function dnsLabel(value: string, field: string): FieldError[] {
  return faulty(labelFaults(value), field, value);
}

export function dnsSubdomain(value: string, field: string): FieldError[] {
  return faulty(subdomainFaults(value), field, value);
}

export function dns1035Label(value: string, field: string): FieldError[] {
  return faulty(label1035Faults(value), field, value);
}

export function qualifiedName(value: string, field: string): FieldError[] {
  return faulty(qualifiedNameFaults(value), field, value);
}

/** A field that has to be one of a few values; an empty one is missing. */
export function oneOf(value: string | undefined, supported: readonly string[], field: string): FieldError[] {
  if (value === undefined || value === '') return [requiredValue(field)];
  return supported.includes(value) ? [] : [unsupportedValue(field, value, supported)];
}

/** The same, where emptiness is a value like any other. */
export function among(value: string | undefined, supported: readonly string[], field: string): FieldError[] {
  return supported.includes(value ?? '') ? [] : [unsupportedValue(field, value ?? '', supported)];
}

export function required(value: string | undefined, field: string, detail = ''): FieldError[] {
  return value === undefined || value === '' ? [requiredValue(field, detail)] : [];
}

export function unchanged(value: unknown, old: unknown, field: string): FieldError[] {
  return same(value, old) ? [] : [invalidValue(field, value, 'field is immutable')];
}

/** The same where the rule is one of the newer, declared ones, which do not quote the value. */
export function unchangedField(value: unknown, old: unknown, field: string): FieldError[] {
  return same(value, old) ? [] : declared([invalidValue(field, null, 'field is immutable')]);
}

export function quantityNotNegative(value: string, field: string): FieldError[] {
  const quantity = parseQuantity(value);
  if (quantity === undefined || signOf(quantity) >= 0) return [];
  return [invalidValue(field, value, 'must be greater than or equal to 0')];
}

const labelOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Rules of a LabelSelector object (meta/v1 validation). */
export function labelSelector(selector: Selector | undefined, field: string): FieldError[] {
  if (selector === undefined) return [];
  const labels = Object.entries(selector.matchLabels ?? {}).flatMap(([key, value]) => [
    ...qualifiedName(key, `${field}.matchLabels`),
    ...faulty(labelValueFaults(value), `${field}.matchLabels`, value),
  ]);
  const expressions = (selector.matchExpressions ?? []).flatMap((one, index) =>
    selectorRequirement(one, `${field}.matchExpressions[${index}]`),
  );
  return [...labels, ...expressions];
}

function selectorRequirement(requirement: SelectorRequirement, field: string): FieldError[] {
  const { key = '', operator = '', values = [] } = requirement;
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(requiredValue(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push(forbiddenField(`${field}.values`, detail));
    }
  } else if (!labelOperators.includes(operator)) {
    errors.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'));
  }
  errors.push(...qualifiedName(key, `${field}.key`));
  for (const [index, value] of values.entries()) {
    errors.push(...faulty(labelValueFaults(value), `${field}.values[${index}]`, value));
  }
  return errors;
}

/** Whether a selector selects by nothing at all. */
export function selectsAll(selector: Selector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  );
}

/** A path that stays below where it begins. */
export function descendingPath(path: string, field: string): FieldError[] {
  const errors = path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : [];
  return [...errors, ...noBacksteps(path, field)];
}

export function noBacksteps(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];
}

export function notReservedPath(path: string, field: string): FieldError[] {
  const reserved = path.startsWith('..') && !path.startsWith('../');
  const errors = descendingPath(path, field);
  return reserved ? [...errors, invalidValue(field, path, "must not start with '..'")] : errors;
}

/** A number of items or a percentage (`5` or `"25%"`): the percentage's form, or a number not below 0. */
export function numberOrPercent(value: number | string | undefined, field: string): FieldError[] {
  if (typeof value === 'string') {
    if (/^[0-9]+%$/.test(value)) return [];
    return [
      invalidValue(
        field,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ),
    ];
  }
  return notNegative(value, field);
}

/** The percentage of a text, or undefined for a number. */
export function percentOf(value: number | string | undefined): number | undefined {
  if (typeof value !== 'string' || !/^[0-9]+%$/.test(value)) return undefined;
  return Number(value.slice(0, -1));
}

export function notMoreThan100Percent(value: number | string | undefined, field: string): FieldError[] {
  const percent = percentOf(value);
  return percent !== undefined && percent > 100
    ? [invalidValue(field, value, 'must not be greater than 100%')]
    : [];
}
