import { goText } from '../escape.ts';
import { goJson } from '../gojson.ts';
import { type Node, PathError, type Slice } from './nodes.ts';

type Values = readonly unknown[];

/**
 * What a template finds in a value: for each part of the template the values there. Fields that are missing find nothing.
 * @throws PathError
 */
export function findResults(template: readonly Node[], data: unknown): readonly Values[] {
  const results: Values[] = [];
  run(template, 0, data, results, 0);
  return results;
}

/** The text that a template makes of a value; values of one part are parted by spaces, objects are JSON. */
export function render(template: readonly Node[], data: unknown): string {
  return findResults(template, data)
    .map(values => values.map(value => (isNested(value) ? goJson(value) : goText(value))).join(' '))
    .join('');
}

/** Runs the nodes from `at` on; resolves to where the `end` of the loop stands, or behind the last node. */
function run(nodes: readonly Node[], at: number, data: unknown, results: Values[], depth: number): number {
  for (let index = at; index < nodes.length; index++) {
    const node = nodes[index] as Node;
    const keyword = keywordOf(node);
    if (keyword === 'end') {
      if (depth === 0) throw new PathError('not in range, nothing to end');
      return index;
    }
    const values = walk([data], node);
    if (keyword === 'range') index = loop(nodes, index + 1, values, results, depth + 1);
    else results.push(values);
  }
  return nodes.length;
}

function loop(
  nodes: readonly Node[],
  from: number,
  values: Values,
  results: Values[],
  depth: number,
): number {
  // Without values the parts are still passed over, to find their end.
  if (values.length === 0) return run(nodes, from, undefined, [], depth);
  let until = from;
  for (const value of values) until = run(nodes, from, value, results, depth);
  return until;
}

function keywordOf(node: Node): string | undefined {
  const first = node.type === 'list' ? node.nodes[0] : undefined;
  return first?.type === 'identifier' ? first.name : undefined;
}

function walk(values: Values, node: Node): Values {
  switch (node.type) {
    case 'text':
      return [node.text];
    case 'list':
      return walkAll(values, node.nodes);
    case 'field':
      return values.flatMap(value => (has(value, node.name) ? [value[node.name]] : []));
    case 'wildcard':
      return values.flatMap(childrenOf);
    case 'recursive':
      return values.flatMap(descend);
    case 'identifier':
      return keyword(values, node.name);
    case 'value':
      return values.map(() => node.value);
    case 'slice':
      return values.flatMap(value => slice(value, node.slice));
    case 'union':
      return node.lists.flatMap(list => walkAll(values, list));
    case 'filter':
      return values.flatMap(value => filter(value, node));
  }
}

function walkAll(values: Values, nodes: readonly Node[]): Values {
  return nodes.reduce(walk, values);
}

function keyword(values: Values, name: string): Values {
  if (name === 'range' || name === 'end') return values;
  throw new PathError(`unrecognized identifier ${name}`);
}

function has(value: unknown, name: string): value is Readonly<Record<string, unknown>> {
  return isObject(value) && Object.hasOwn(value, name);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isNested(value) && !Array.isArray(value);
}

export function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function childrenOf(value: unknown): Values {
  return isNested(value) ? Object.values(value) : [];
}

function descend(value: unknown): Values {
  const children = childrenOf(value);
  return children.length === 0 ? [] : [value, ...children.flatMap(descend)];
}

function slice(value: unknown, { from, to, single, step = 1 }: Slice): Values {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new PathError(`${goType(value)} is not array or slice`);
  const { length } = value;
  const first = from === undefined ? 0 : from < 0 ? from + length : from;
  let last = to ?? length;
  if (last < 0 || (last === 0 && single)) last += length;
  if (first === last) return [];
  if (first >= length || first < 0) throw outOfBounds(first, length);
  if (last > length || last < 0) throw outOfBounds(last - 1, length);
  if (first > last) throw new PathError(`starting index ${first} is greater than ending index ${last}`);
  if (step <= 0) throw new PathError('step must be > 0');
  return value.slice(first, last).filter((_, index) => index % step === 0);
}

function outOfBounds(index: number, length: number): PathError {
  return new PathError(`array index out of bounds: index ${index}, length ${length}`);
}

function goType(value: unknown): string {
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Number.isInteger(value) ? 'int64' : 'float64';
}

function filter(value: unknown, { left, right, operator }: Node & { type: 'filter' }): Values {
  if (!Array.isArray(value)) {
    throw new PathError(`${goText(value)} is not array or slice and cannot be filtered`);
  }
  return (value as unknown[]).filter(item => {
    const lefts = walkAll([item], left);
    if (operator === 'exists') return lefts.length > 0;
    const rights = walkAll([item], right);
    if (lefts.length === 0 || rights.length === 0) return false;
    if (lefts.length > 1 || rights.length > 1) throw new PathError('can only compare one element at a time');
    return compare(lefts[0], operator, rights[0]);
  });
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  const isEquality = operator === '==' || operator === '!=';
  const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
  if (!isScalar(left) || !isScalar(right)) throw new PathError('invalid type for comparison');
  if (typeof left !== typeof right) throw new PathError('incompatible types for comparison');
  if (!isEquality && typeof left === 'boolean') throw new PathError('invalid type for comparison');
  const [a, b] = [left as string, right as string];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    default:
      throw new PathError(`unrecognized filter operator ${operator}`);
  }
}
