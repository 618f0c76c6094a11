import {
  add,
  addTwo,
  advance,
  constant,
  get,
  loadTwice,
  loadTwo,
  moduleOf,
  multiplyAddTwo,
  multiplyTwo,
  set,
  shiftLeft,
  storeTwo,
  unlessZero,
  untilZero,
  zeros,
  type Code,
} from '../wasm/assembler.ts';
import { instanceOn } from '../wasm/instance.ts';

/** Rows and vectors of a tile; each of its sums goes over the columns in their order, so that it rounds as a loop does. */
const tileRows = 4;
const tileVectors = 4;

/** Columns between two looks at the counters, which take as long as a column's products otherwise. */
const unrolled = 4;

/** Locals of the function: eight are given. */
const x = 0;
const y = 1;
const groups = 2;
const runs = 3;
const rest = 4;
const rowBytes = 5;
const tiles = 6;
const answerBytes = 7;
const left = 8;
const answer = 9;
const vectors = 10;
const tile = 11;
const from = 12;
const row = (at: number): number => 13 + at;
const firstVector = 13 + tileRows;
const half = (at: number): number => firstVector + at;
const value = firstVector + 2;
const sum = (at: number, pair: number): number => firstVector + 3 + 2 * at + pair;

const everyRow = (code: (at: number) => Code): Code =>
  Array.from({ length: tileRows }, (_, at) => code(at)).flat();

const startRows = everyRow(at => [
  ...set(row(at), at === 0 ? get(x) : add(get(row(at - 1)), get(rowBytes))),
  ...set(sum(at, 0), zeros),
  ...set(sum(at, 1), zeros),
]);

/** How a product is added to a sum. */
type AddProduct = (sum: Code, a: Code, b: Code) => Code;

const inTwoSteps: AddProduct = (total, a, b) => addTwo(total, multiplyTwo(a, b));
const inOneStep: AddProduct = (total, a, b) => multiplyAddTwo(a, b, total);

const multiplyColumn = (column: number, added: AddProduct): Code => [
  ...set(half(0), loadTwo(get(vectors), 8 * tileVectors * column, 1)),
  ...set(half(1), loadTwo(get(vectors), 8 * tileVectors * column + 16, 1)),
  ...everyRow(at => [
    ...set(value, loadTwice(get(row(at)), 8 * column)),
    ...set(sum(at, 0), added(get(sum(at, 0)), get(value), get(half(0)))),
    ...set(sum(at, 1), added(get(sum(at, 1)), get(value), get(half(1)))),
  ]),
];

/** As many times as a local says, so many columns at once. */
const multiplyColumns = (times: number, columns: number, added: AddProduct): Code =>
  unlessZero(times, [
    ...set(left, get(times)),
    ...untilZero(left, [
      ...Array.from({ length: columns }, (_, column) => multiplyColumn(column, added)).flat(),
      ...everyRow(at => advance(row(at), 8 * columns)),
      ...advance(vectors, 8 * tileVectors * columns),
      ...advance(left, -1),
    ]),
  ]);

/** What is added to a finished sum stands behind the tile's vectors. */
const writeSums: Code = [
  ...set(half(0), loadTwo(get(vectors), 0, 1)),
  ...set(half(1), loadTwo(get(vectors), 16, 1)),
  ...advance(vectors, 8 * tileVectors),
  ...set(answer, get(from)),
  ...everyRow(at => [
    ...storeTwo(get(answer), addTwo(get(sum(at, 0)), get(half(0)))),
    ...storeTwo(get(answer), addTwo(get(sum(at, 1)), get(half(1))), 16),
    ...set(answer, add(get(answer), get(answerBytes))),
  ]),
];

/**
 * Four rows by all vectors, and then the next four. Vectors stand four by four, column by column, the last four first: what
 * they write beyond the end of a row is written over by the first four of the next.
 */
function multiplyModule(added: AddProduct): Uint8Array<ArrayBuffer> {
  return moduleOf(
    8,
    firstVector - 8,
    untilZero(groups, [
      ...set(vectors, constant(0)),
      ...set(tile, get(tiles)),
      ...set(from, get(y)),
      ...untilZero(tile, [
        ...startRows,
        ...multiplyColumns(runs, unrolled, added),
        ...multiplyColumns(rest, 1, added),
        ...writeSums,
        ...advance(from, -8 * tileVectors),
        ...advance(tile, -1),
      ]),
      ...set(x, get(row(tileRows - 1))),
      ...set(y, add(get(y), shiftLeft(get(answerBytes), Math.log2(tileRows)))),
      ...advance(groups, -1),
    ]),
    3 + 2 * tileRows,
    2,
  );
}

const multiply = () => multiplyModule(inTwoSteps);
const multiplyFused = () => multiplyModule(inOneStep);

/** Sums of the first rows of a block, as many as make whole tiles; tells how many. */
export type Tiles = (rows: number) => number;

/** Vectors are kept a second time, in each thread. */
const mostBytes = 2 ** 23;

function pack(
  target: Float64Array,
  source: Float64Array,
  count: number,
  columns: number,
  bias: Float64Array | undefined,
): void {
  const last = count - 1 - ((count - 1) % tileVectors);
  for (let at = 0; at < count; at++) {
    const lane = at % tileVectors;
    const to = (last - (at - lane)) * (columns + 1) + lane;
    for (let column = 0; column < columns; column++)
      target[to + column * tileVectors] = source[at * columns + column] as number;
    target[to + columns * tileVectors] = bias?.[at] ?? 0;
  }
}

/**
 * Dot products of the rows of a block and vectors, two at a time in WebAssembly, with the bits that a loop in JavaScript gives
 * unless they are fused. Up to three numbers beyond the last row of the target are written, too.
 * @param bias added to the finished sums; a sum that starts at 0 is never -0, so that none changes nothing
 * @param fused whether products may be added without being rounded first, in half of the time
 * @returns undefined where it would not pay, or cannot be
 */
export function tilesOf(
  block: Float64Array,
  target: Float64Array,
  source: Float64Array,
  count: number,
  columns: number,
  bias?: Float64Array,
  fused = false,
): Tiles | undefined {
  const tiled = Math.ceil(count / tileVectors);
  const bytes = tiled * tileVectors * (columns + 1) * 8;
  if (bytes > mostBytes) return undefined;
  const instance =
    (fused ? instanceOn([block, target], multiplyFused, bytes) : undefined) ??
    instanceOn([block, target], multiply, bytes);
  if (instance === undefined) return undefined;
  const { run, buffer } = instance;
  pack(new Float64Array(buffer), source, count, columns, bias);
  const [lastTile, runsOfColumns, others] = [
    target.byteOffset + 8 * tileVectors * (tiled - 1),
    Math.floor(columns / unrolled),
    columns % unrolled,
  ];
  return rows => {
    const some = Math.floor(rows / tileRows);
    if (some > 0) run(block.byteOffset, lastTile, some, runsOfColumns, others, columns * 8, tiled, count * 8);
    return some * tileRows;
  };
}
