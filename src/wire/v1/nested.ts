import type { NamedTensor } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import { described, isLeaf, tensorOfLeaves, type Leaf } from './leaves.ts';
import { unnamed } from './matrix.ts';

/**
 * One tensor of nested lists, whose shape is that of the first items, as `numpy.array` finds it. Rows in which some columns
 * are texts and some are not are one tensor `[rows]` without a name for each column.
 * @throws `wire-rows-uneven`, `wire-rows-mixed`
 */
export function nestedOf(instances: readonly JsonValue[], path: string): readonly NamedTensor[] {
  const shape: number[] = [];
  let first: JsonValue | undefined = instances;
  while (Array.isArray(first)) {
    shape.push(first.length);
    first = first[0] as JsonValue | undefined;
  }
  const leaves: Leaf[] = [];
  collect(instances, path, shape, 0, leaves);
  return tensorsOf(leaves, shape, path);
}

/** `nestedOf` of leaves that are one list already, row-major. @throws `wire-rows-mixed` */
export function tensorsOf(
  leaves: readonly Leaf[],
  shape: readonly number[],
  path: string,
): readonly NamedTensor[] {
  if (shape.length === 2 && isMixed(leaves)) return columnsOfRows(leaves, shape[1] as number, path);
  return [{ name: unnamed, shape, ...tensorOfLeaves(leaves, index => `${path}${indicesOf(index, shape)}`) }];
}

function isMixed(leaves: readonly Leaf[]): boolean {
  return (
    leaves.some(leaf => typeof leaf === 'string') &&
    leaves.some(leaf => typeof leaf !== 'string' && leaf !== null)
  );
}

function columnsOfRows(leaves: readonly Leaf[], width: number, path: string): readonly NamedTensor[] {
  const rows = leaves.length / width;
  return Array.from({ length: width }, (_, column) => {
    const cells = Array.from({ length: rows }, (_, row) => leaves[row * width + column] as Leaf);
    return {
      name: `${path}[*][${column}]`,
      unnamed: true,
      shape: [rows],
      ...tensorOfLeaves(cells, row => `${path}[${row}][${column}]`),
    };
  });
}

function collect(
  items: readonly JsonValue[],
  path: string,
  shape: readonly number[],
  level: number,
  leaves: Leaf[],
): void {
  if (items.length !== shape[level])
    throw wireErrors.make['wire-rows-uneven'](
      `${path}: found ${items.length} values, expected ${String(shape[level])} like the first of its kind`,
    );
  const innermost = level === shape.length - 1;
  for (const [index, item] of items.entries()) {
    if (innermost ? isLeaf(item) : Array.isArray(item)) {
      if (innermost) leaves.push(item as Leaf);
      else collect(item as readonly JsonValue[], `${path}[${index}]`, shape, level + 1, leaves);
    } else throw unlikeFirst(item, `${path}[${index}]`, innermost);
  }
}

function unlikeFirst(item: JsonValue, path: string, innermost: boolean): Error {
  const code = !isLeaf(item) && !Array.isArray(item) ? 'wire-rows-mixed' : 'wire-rows-uneven';
  return wireErrors.make[code](
    `${path}: found ${described(item)}, expected ${innermost ? 'a value' : 'an array'} like the first of its kind`,
  );
}

function indicesOf(index: number, shape: readonly number[]): string {
  let text = '';
  let rest = index;
  for (const length of shape.toReversed()) {
    text = `[${rest % length}]${text}`;
    rest = Math.floor(rest / length);
  }
  return text;
}
