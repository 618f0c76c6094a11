import { viewOf } from './arrays.ts';
import type { NodeType } from './operators/index.ts';
import type { Plan } from './plan.ts';

/** For each column of a node the feature of the request it came from unchanged; undefined when it was computed. */
export type Origins = readonly number[] | undefined;

/** More columns are not followed: messages and drawings alone ask for them. */
const widestFollowed = 100_000;

function joined(parts: readonly Origins[]): Origins {
  const all: number[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    all.push(...part);
  }
  return all;
}

/** Follows the columns of every node back to the request, through steps that only pick, check or round them. */
export function originsOf(plan: Plan, types: readonly NodeType[]): readonly Origins[] {
  const origins: Origins[] = [];
  for (const [index, node] of plan.nodes.entries()) {
    const given = node.inputs.map(input => origins[input]);
    const list = (name: string): Int32Array | undefined => {
      const ref = node.arrays[name];
      return ref === undefined ? undefined : viewOf(plan.buffer, { ...ref, dtype: 'i32' });
    };
    const type = types[index] as NodeType;
    origins.push(type.width > widestFollowed ? undefined : originOf(node.op, type, given, list));
  }
  return origins;
}

function originOf(
  op: string,
  { width }: NodeType,
  given: readonly Origins[],
  list: (name: string) => Int32Array | undefined,
): Origins {
  switch (op) {
    case 'input':
    case 'inputTexts':
      return Array.from(list('columns') ?? Array(width).keys());
    case 'finite':
    case 'notBelow':
    case 'cast32':
    case 'impute':
    case 'dense':
      return given[0];
    case 'columns':
    case 'textColumns': {
      const from = given[0];
      return from && Array.from(list('indices') ?? [], at => from[at] as number);
    }
    case 'concatenate':
    case 'concatenateSparse':
    case 'concatenateTexts':
      return joined(given);
    default:
      return undefined;
  }
}
