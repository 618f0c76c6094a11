import {
  add,
  advance,
  get,
  load,
  moduleOf,
  set,
  shiftLeft,
  store,
  unlessZero,
  untilZero,
  type Code,
} from '../wasm/assembler.ts';

/** Bytes of a node, whatever it holds: two 64-bit words. */
export const nodeBytes = 16;

/** How rows go down a tree: what of a row is compared with a node, and where things stand. */
export interface Descent {
  /** Rows that go down at the same time, so that none waits for what another reads. */
  readonly together: number;
  /** Memory of the nodes and of what is found, behind those of the rows. */
  readonly memory: 0 | 1;
  /** Where a node holds the bytes to its left child, behind which the right one stands; none in a leaf. */
  readonly child: number;
  /** Bytes from these rows to the next ones. */
  readonly stride: number;
  /**
   * 1 for a row that goes to the right child of a node, else 0.
   * @param x place of the first of the rows
   * @param row which of them
   */
  readonly isRight: (node: Code, x: Code, row: number) => Code;
}

/** Locals of the function: five are given. */
const root = 0;
const x = 1;
const groups = 2;
const depth = 3;
const found = 4;
const left = 5;
const at = (row: number): number => 6 + row;

/**
 * A function of five numbers: place of the root, of the rows, how many times `together` rows there are, levels of the tree, and where the
 * leaves go that are found. Rows go down as many levels as the tree has; who has arrived at a leaf stays there.
 */
export function descent({ together, memory, child, stride, isRight }: Descent): Uint8Array<ArrayBuffer> {
  const each = (code: (row: number) => Code): Code =>
    Array.from({ length: together }, (_, row) => code(row)).flat();
  const step = (row: number): Code => {
    const node = get(at(row));
    const side = shiftLeft(isRight(node, get(x), row), Math.log2(nodeBytes));
    return set(at(row), add(add(node, load(node, child, memory)), side));
  };
  const body = untilZero(groups, [
    ...each(row => set(at(row), get(root))),
    ...set(left, get(depth)),
    ...unlessZero(left, untilZero(left, [...each(step), ...advance(left, -1)])),
    ...each(row => store(get(found), load(get(at(row)), 0, memory), 4 * row, memory)),
    ...advance(x, stride),
    ...advance(found, 4 * together),
    ...advance(groups, -1),
  ]);
  return moduleOf(5, 1 + together, body, 0, memory === 0 ? 1 : 2);
}
