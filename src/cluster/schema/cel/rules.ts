import { childOf, elementOf, type FieldError } from '../../meta/index.ts';
import { celEngine } from '../engines.ts';
import type { Schema, ValidationRule } from '../schema.ts';
import { isFields, mapValueOf, propertyOf, type Fields } from '../walk.ts';
import { counterpart, type Correlation } from '../validate/correlation.ts';
import { nowhere } from '../validate/values.ts';
import { isSpent, refill } from './budget.ts';
import { type CompiledRule, RuleCompiler } from './compile.ts';
import { type CelFailure, runtimeFault } from './faults.ts';
import { fieldPathOf } from './fieldpath.ts';
import { toCel } from './values.ts';

const compilers = new WeakMap<Schema, RuleCompiler>();
const rootCompilers = new WeakMap<Schema, RuleCompiler>();

/**
 * The compiler of the rules of one part of a schema, with the types of what is below it.
 * @param root Whether the part is the root of a custom kind, which has more fields than its schema says.
 */
export function compilerOf(schema: Schema, root: boolean): RuleCompiler {
  const known = root ? rootCompilers : compilers;
  let compiler = known.get(schema);
  if (compiler === undefined) {
    compiler = new RuleCompiler(schema, root);
    known.set(schema, compiler);
  }
  return compiler;
}

const holding = new WeakMap<Schema, boolean>();

/** Whether a rule stands here or anywhere below. */
export function hasRules(schema: Schema): boolean {
  let known = holding.get(schema);
  if (known === undefined) {
    const below = [
      ...Object.values(schema.properties ?? {}),
      mapValueOf(schema),
      schema.items,
      ...(schema.allOf ?? []),
    ];
    known =
      (schema['x-kubernetes-validations']?.length ?? 0) > 0 ||
      below.some(part => part !== undefined && hasRules(part));
    holding.set(schema, known);
  }
  return known;
}

/**
 * Asks the rules of a custom kind's schema (`x-kubernetes-validations`): those of a part before those of what it holds. Rules that
 * name `oldSelf` are asked only where there is an old value. Rules over unchanged parts are let pass.
 * @param correlation Of the object with the old one; undefined for a new object.
 * @param isResource Whether the value is an object of the kind and not a part of one, as a default is.
 */
export function ruleErrors(
  value: unknown,
  old: unknown,
  root: Schema,
  correlation: Correlation | undefined,
  isResource = true,
): FieldError[] {
  if (!hasRules(root)) return [];
  refill();
  const asker = new Asker();
  asker.ask(value, old, root, { field: '', root: isResource, correlation, above: undefined });
  return asker.errors;
}

interface Place {
  readonly field: string;
  readonly root: boolean;
  readonly correlation: Correlation | undefined;
  /** The nearest part above that has a counterpart. */
  readonly above: Correlation | undefined;
}

class Asker {
  readonly errors: FieldError[] = [];
  #ended = false;

  ask(value: unknown, old: unknown, schema: Schema, place: Place): void {
    if (this.#ended || value === null || value === undefined || !hasRules(schema)) return;
    this.#askHere(value, old, schema, schema['x-kubernetes-validations'] ?? [], place);
    for (const part of schema.allOf ?? []) {
      this.#askHere(value, old, schema, part['x-kubernetes-validations'] ?? [], {
        ...place,
        correlation: undefined,
      });
    }
    if (Array.isArray(value)) this.#askItems(value, old, schema, place);
    else if (isFields(value)) this.#askFields(value, old, schema, place);
  }

  #askItems(value: readonly unknown[], old: unknown, schema: Schema, place: Place): void {
    const { items } = schema;
    if (items === undefined) return;
    value.forEach((item, index) => {
      const before = counterpart(item, old, schema);
      const field = elementOf(place.field, index);
      this.ask(item, before, items, below(place, field, place.correlation?.index(index)));
    });
  }

  #askFields(value: Fields, old: unknown, schema: Schema, place: Place): void {
    const before = isFields(old) ? old : {};
    const values = mapValueOf(schema);
    for (const key in value) {
      const property = propertyOf(schema, key);
      const child = property ?? values;
      if (child === undefined) continue;
      const field = property === undefined ? elementOf(place.field, key) : childOf(place.field, key);
      const earlier = Object.hasOwn(before, key) ? before[key] : undefined;
      this.ask(value[key], earlier, child, below(place, field, place.correlation?.key(key)));
    }
  }

  #askHere(
    value: unknown,
    old: unknown,
    schema: Schema,
    rules: readonly ValidationRule[],
    place: Place,
  ): void {
    if (rules.length === 0) return;
    const compiler = compilerOf(schema, place.root);
    const { types } = compiler;
    const effective = types.effective(schema, place.root);
    const compiled = compiler.rulesOf(effective, rules);
    const self = toCel(value, effective, types);
    const before = old === undefined || old === null ? undefined : toCel(old, effective, types);
    for (const rule of compiled)
      if (!this.#ended) this.#askRule(rule, { value, schema, place, self, before });
  }

  #askRule(compiled: CompiledRule, at: Asked): void {
    const { rule, program } = compiled;
    const type = at.schema.type ?? '';
    if ('fault' in program) {
      this.#add(faultError(at.place.field, type, `rule compile error: ${program.fault}`));
      return;
    }
    if (program.usesOldSelf && at.before === undefined && rule.optionalOldSelf !== true) return;
    const context = contextOf(at, rule.optionalOldSelf === true);
    let held: unknown;
    try {
      held = program.ask(context);
    } catch (error) {
      held = error;
    }
    if (isSpent()) {
      this.#ended = true;
      const detail =
        'validation failed due to running out of cost budget, no further validation rules will be run';
      this.#add(faultError(at.place.field, type, detail));
    } else if (held instanceof Error) this.#failed(held, rule, at, type);
    else if (held !== true && (program.usesOldSelf || !isUnchanged(at.place)))
      this.#broken(compiled, at, context);
  }

  #failed(error: Error, rule: ValidationRule, at: Asked, type: string): void {
    const words = runtimeFault(error as unknown as CelFailure);
    const text = (rule.message ?? '') === '' ? rule.rule.trim() : (rule.message as string).trim();
    const detail = /overload/.test(words)
      ? `'no such overload': call arguments did not match a supported operator, function or macro signature for rule: ${text}`
      : `${words} evaluating rule: ${text}`;
    this.#add(faultError(at.place.field, type, detail));
  }

  #broken({ rule, message }: CompiledRule, at: Asked, context: Record<string, unknown>): void {
    const { field } = at.place;
    const path =
      rule.fieldPath === undefined || rule.fieldPath === ''
        ? field
        : childOf(field, fieldPathOf(rule.fieldPath));
    const detail = (message === undefined ? undefined : messageOf(message, context)) ?? plainMessage(rule);
    const shown = at.schema.type === 'object' || at.schema.type === 'array' ? undefined : at.value;
    this.#add(brokenError(path, shown, detail, rule.reason));
  }

  #add(error: FieldError): void {
    this.errors.push(error);
  }
}

interface Asked {
  readonly value: unknown;
  readonly schema: Schema;
  readonly place: Place;
  readonly self: unknown;
  readonly before: unknown;
}

function below({ correlation, above }: Place, field: string, next: Correlation | undefined): Place {
  return { field, root: false, correlation: next, above: correlation ?? above };
}

function isUnchanged({ correlation, above }: Place): boolean {
  return (correlation ?? above)?.unchanged ?? false;
}

function contextOf({ self, before }: Asked, optional: boolean): Record<string, unknown> {
  if (!optional) return { self, oldSelf: before };
  const { Optional } = celEngine();
  return { self, oldSelf: before === undefined ? Optional.none() : Optional.of(before) };
}

/** The words of a rule's own expression, if they are ones that can be told. */
function messageOf(
  program: NonNullable<CompiledRule['message']>,
  context: Record<string, unknown>,
): string | undefined {
  if ('fault' in program) return undefined;
  try {
    const text = program.ask(context);
    const trimmed = typeof text === 'string' ? text.trim() : '';
    return trimmed === '' || trimmed.includes('\n') || trimmed.length > 5 * 1024 ? undefined : trimmed;
  } catch {
    return undefined;
  }
}

function plainMessage({ message, rule }: ValidationRule): string {
  return message === undefined || message === '' ? `failed rule: ${rule.trim()}` : message.trim();
}

const beginnings = {
  FieldValueInvalid: 'Invalid value',
  FieldValueForbidden: 'Forbidden',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
} as const;

function brokenError(
  field: string,
  value: unknown,
  detail: string,
  reason = 'FieldValueInvalid',
): FieldError {
  const known = Object.hasOwn(beginnings, reason) ? (reason as keyof typeof beginnings) : 'FieldValueInvalid';
  const parts: string[] = [beginnings[known]];
  const valued = known === 'FieldValueInvalid' || known === 'FieldValueDuplicate';
  if (valued && value !== undefined) parts.push(JSON.stringify(value));
  if (known !== 'FieldValueDuplicate') parts.push(detail);
  return errorAt(field, known, parts.join(': '));
}

function faultError(field: string, type: string, detail: string): FieldError {
  return errorAt(field, 'FieldValueInvalid', `Invalid value: ${JSON.stringify(type)}: ${detail}`);
}

function errorAt(field: string, reason: FieldError['reason'], body: string): FieldError {
  const shown = field === '' ? nowhere : field;
  return { reason, field: shown, body, message: `${shown}: ${body}` };
}
