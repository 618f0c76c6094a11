import { isDatatype } from '../../../tensor/index.ts';
import { planVersion, type Plan } from '../index.ts';

/** Tells whether a value of unknown origin has the JSON type that a field declares. */
type Guard = (value: unknown) => boolean;

const text: Guard = value => typeof value === 'string';
const integer: Guard = value => Number.isInteger(value);
const attribute: Guard = value => ['string', 'number', 'boolean'].includes(typeof value);
const scalar: Guard = value => value === null || attribute(value);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(item: Guard): Guard {
  return value => Array.isArray(value) && value.every(item);
}

function mapOf(item: Guard): Guard {
  return value => isObject(value) && Object.values(value).every(item);
}

function optional(guard: Guard): Guard {
  return value => value === undefined || guard(value);
}

function fields(guards: Readonly<Record<string, Guard>>): Guard {
  return value =>
    isObject(value) &&
    Object.entries(guards).every(([name, guard]) => guard(value[name])) &&
    Object.keys(value).every(name => Object.hasOwn(guards, name));
}

const arrayRef = fields({ dtype: text, shape: listOf(integer), offset: integer });
const tensorSpec = fields({
  name: text,
  datatype: value => typeof value === 'string' && isDatatype(value),
  shape: listOf(integer),
});

const described: Guard = value => describedFields(value);
const describedFields = fields({
  name: text,
  class: text,
  parameters: mapOf(scalar),
  facts: mapOf(attribute),
  parts: listOf(described),
});

const labels: Guard = value =>
  isObject(value) && value['datatype'] === 'BYTES'
    ? fields({ datatype: text, strings: listOf(text) })(value)
    : fields({
        datatype: name => ['INT64', 'INT32', 'FP64', 'BOOL'].includes(name as string),
        array: arrayRef,
      })(value);

const planFields = fields({
  version: value => value === planVersion,
  kind: value => value === 'tabular',
  source: fields({
    format: text,
    container: text,
    library: text,
    libraryVersion: optional(text),
    notes: listOf(text),
  }),
  description: described,
  inputs: listOf(tensorSpec),
  outputs: listOf(tensorSpec),
  features: integer,
  featureNames: optional(listOf(text)),
  lenientColumns: value => value === undefined || value === true,
  furtherColumns: value => value === undefined || value === true,
  openColumns: value => value === undefined || value === true,
  nodes: listOf(
    fields({
      op: text,
      inputs: listOf(integer),
      attributes: mapOf(attribute),
      arrays: mapOf(arrayRef),
      single: value => value === undefined || value === true,
    }),
  ),
  results: listOf(fields({ node: integer, labels: optional(labels) })),
});

/** Whether parsed JSON has the fields of a plan, each of its type, and no others. What they mean is `checkPlan`'s. */
export function isPlanJson(value: unknown): value is Omit<Plan, 'buffer'> {
  return planFields(value);
}
