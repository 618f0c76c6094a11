import { NdArray, PyDict, PyObject, PyTuple, type PyValue } from '../pickle/index.ts';
import { looksLikeEstimator } from './describe.ts';
import { sklearnErrors } from './errors.ts';
import { describeValue, itemsOf } from './python.ts';
import type { Catalog } from './table.ts';

/** A value inside a file, and the way to it as `--object` takes it: `model`, `0`, `models.forest`. */
export interface Inside {
  readonly path: string;
  readonly value: PyValue;
}

/** People put models a container or two deep; a file may nest without end. */
const deepest = 4;
const mostLookedAt = 10_000;
const mostListed = 20;

/** Steps that need no brackets in a path. */
const plainStep = /^[^.[\]"]+$/;

function stepText(key: string): string {
  return plainStep.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function joinedPath(path: string, step: string): string {
  return path === '' && step.startsWith('.') ? step.slice(1) : `${path}${step}`;
}

/** Decimal digits of an integer without end take time that grows faster than their number. */
function isStep(key: PyValue): key is string | bigint {
  return typeof key === 'string' || (typeof key === 'bigint' && BigInt.asIntN(64, key) === key);
}

/** What a container holds, by key or position, as far as anybody looks. */
function stepsInto(value: PyValue): readonly (readonly [step: string, value: PyValue])[] {
  if (value instanceof PyDict)
    return value
      .entries()
      .slice(0, mostLookedAt)
      .flatMap(([key, item]): [string, PyValue][] => (isStep(key) ? [[stepText(String(key)), item]] : []));
  const items = value instanceof NdArray && value.dtype.kind === 'O' ? value.values() : itemsOf(value);
  return (items ?? []).slice(0, mostLookedAt).map((item, index) => [`.${index}`, item]);
}

/** Several pickles one after another are looked at as a list of them. */
export function rootOf(objects: readonly PyValue[]): PyValue {
  const [only, second] = objects;
  return second === undefined ? (only ?? null) : new PyTuple(objects);
}

/** Estimators in the containers of a file; those inside other estimators are their own business. */
export function estimatorsIn(
  root: PyValue,
  catalog: Catalog,
): readonly (Inside & { readonly value: PyObject })[] {
  const found: (Inside & { readonly value: PyObject })[] = [];
  const seen = new Set<PyValue>();
  let looked = 0;
  function look(value: PyValue, path: string, depth: number): void {
    if (looked++ > mostLookedAt || typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof PyObject) {
      if (looksLikeEstimator(value, catalog)) found.push({ path, value });
      return;
    }
    if (depth === deepest) return;
    for (const [step, item] of stepsInto(value)) look(item, joinedPath(path, step), depth + 1);
  }
  look(root, '', 0);
  return found;
}

/** `models[0].clf` as steps: names and numbers after dots, anything in brackets. */
function parsePath(text: string): readonly string[] {
  const steps: string[] = [];
  const step = /\.?([^.[\]"]+)|\[("(?:[^"\\]|\\[^])*"|'[^']*'|[^\]"']+)\]/y;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    if (match === null)
      throw sklearnErrors.make['sklearn-object-missing'](
        `--object ${text}: ${JSON.stringify(text.slice(at))} is no step, expected a path such as model, 0 or models["a b"]`,
      );
    const [, plain, bracketed] = match;
    steps.push(plain ?? unquoted(bracketed as string));
  }
  return steps;
}

function unquoted(text: string): string {
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
  return text.startsWith("'") ? text.slice(1, -1) : text;
}

/** A key, a position, or an attribute of an object. */
function stepInto(value: PyValue, step: string): PyValue | undefined {
  if (value instanceof PyObject) return value.attribute(step);
  const wanted = new Set([stepText(step), `.${step}`]);
  return stepsInto(value).find(([name]) => wanted.has(name))?.[1];
}

function namesIn(value: PyValue): string {
  const names = stepsInto(value).map(([step]) => joinedPath('', step));
  const shown = names.slice(0, mostListed).join(', ');
  return names.length === 0 ? 'nothing' : `${shown}${names.length > mostListed ? ', …' : ''}`;
}

/**
 * The value at a path in a file.
 * @throws `sklearn-object-missing`
 */
export function pickFrom(root: PyValue, text: string): PyValue {
  let value = root;
  for (const step of parsePath(text)) {
    const next = stepInto(value, step);
    if (next === undefined)
      throw sklearnErrors.make['sklearn-object-missing'](
        `--object ${text}: ${describeValue(value)} has no ${step}, it has ${namesIn(value)}`,
      );
    value = next;
  }
  return value;
}
