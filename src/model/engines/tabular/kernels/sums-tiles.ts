import {
  add,
  addTwo,
  advance,
  get,
  loadTwice,
  loadTwo,
  moduleOf,
  multiplyTwo,
  set,
  storeTwo,
  unlessZero,
  untilZero,
  zeros,
  type Code,
} from '../wasm/assembler.ts';
import { instanceOf } from '../wasm/instance.ts';

/** Rows and vectors of a tile; each of its sums goes over the columns in their order, so that it rounds as a loop does. */
const tileRows = 4;
const tileVectors = 4;

/** Rows that go to WebAssembly's memory and back together: few enough to stay in the first levels of the cache. */
const rowsTogether = 32;

/** Columns between two looks at the counters, which take as long as a column's products otherwise. */
const unrolled = 4;

/** Locals of the function: eight are given. */
const x = 0;
const vectors = 1;
const y = 2;
const runs = 3;
const rest = 4;
const rowBytes = 5;
const tiles = 6;
const answerBytes = 7;
const left = 8;
const answer = 9;
const row = (at: number): number => 10 + at;
const firstVector = 10 + tileRows;
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

const multiplyColumn = (column: number): Code => [
  ...set(half(0), loadTwo(get(vectors), 8 * tileVectors * column)),
  ...set(half(1), loadTwo(get(vectors), 8 * tileVectors * column + 16)),
  ...everyRow(at => [
    ...set(value, loadTwice(get(row(at)), 8 * column)),
    ...set(sum(at, 0), addTwo(get(sum(at, 0)), multiplyTwo(get(value), get(half(0))))),
    ...set(sum(at, 1), addTwo(get(sum(at, 1)), multiplyTwo(get(value), get(half(1))))),
  ]),
];

/** As many times as a local says, so many columns at once. */
const multiplyColumns = (times: number, columns: number): Code =>
  unlessZero(times, [
    ...set(left, get(times)),
    ...untilZero(left, [
      ...Array.from({ length: columns }, (_, column) => multiplyColumn(column)).flat(),
      ...everyRow(at => advance(row(at), 8 * columns)),
      ...advance(vectors, 8 * tileVectors * columns),
      ...advance(left, -1),
    ]),
  ]);

/** What is added to a finished sum stands behind the tile's vectors. */
const writeSums: Code = [
  ...set(half(0), loadTwo(get(vectors))),
  ...set(half(1), loadTwo(get(vectors), 16)),
  ...advance(vectors, 8 * tileVectors),
  ...set(answer, get(y)),
  ...everyRow(at => [
    ...storeTwo(get(answer), addTwo(get(sum(at, 0)), get(half(0)))),
    ...storeTwo(get(answer), addTwo(get(sum(at, 1)), get(half(1))), 16),
    ...set(answer, add(get(answer), get(answerBytes))),
  ]),
];

/** Four rows by all vectors, which stand four by four, column by column. */
function multiply(): Uint8Array<ArrayBuffer> {
  return moduleOf(
    8,
    firstVector - 8,
    untilZero(tiles, [
      ...startRows,
      ...multiplyColumns(runs, unrolled),
      ...multiplyColumns(rest, 1),
      ...writeSums,
      ...advance(y, 8 * tileVectors),
      ...advance(tiles, -1),
    ]),
    3 + 2 * tileRows,
  );
}

/** Sums of the first rows of a block, as many as make whole tiles; tells how many. */
export type Tiles = (target: Float64Array, rows: number) => number;

/** Vectors are kept a second time, in each thread. */
const mostBytes = 2 ** 23;

function packed(
  target: Float64Array,
  source: Float64Array,
  count: number,
  columns: number,
  bias: Float64Array | undefined,
): void {
  for (let at = 0; at < count; at++) {
    const lane = at % tileVectors;
    const from = (at - lane) * (columns + 1) + lane;
    for (let column = 0; column < columns; column++)
      target[from + column * tileVectors] = source[at * columns + column] as number;
    target[from + columns * tileVectors] = bias?.[at] ?? 0;
  }
}

/**
 * Dot products of the rows of a block and vectors, two at a time in WebAssembly, with the bits that a loop in JavaScript gives.
 * @param bias added to the finished sums; a sum that starts at 0 is never -0, so that none changes nothing
 * @returns undefined where it would not pay, or cannot be
 */
export function tilesOf(
  block: Float64Array,
  source: Float64Array,
  count: number,
  columns: number,
  bias?: Float64Array,
): Tiles | undefined {
  const tiled = Math.ceil(count / tileVectors);
  const stride = tiled * tileVectors;
  const vectorBytes = stride * (columns + 1) * 8;
  const bytes = vectorBytes + rowsTogether * (columns + stride) * 8;
  if (bytes > mostBytes) return undefined;
  const instance = instanceOf(multiply, bytes);
  if (instance === undefined) return undefined;
  const { run, buffer } = instance;
  packed(new Float64Array(buffer), source, count, columns, bias);
  const answerAt = vectorBytes + rowsTogether * columns * 8;
  const given = new Float64Array(buffer, vectorBytes, rowsTogether * columns);
  const answers = new Float64Array(buffer, answerAt);

  function takeOver(target: Float64Array, first: number, rows: number): void {
    if (stride === count) {
      target.set(answers.subarray(0, rows * count), first * count);
      return;
    }
    for (let row = 0; row < rows; row++)
      for (let to = 0; to < count; to++)
        target[(first + row) * count + to] = answers[row * stride + to] as number;
  }

  return (target, rows) => {
    const whole = rows - (rows % tileRows);
    for (let first = 0; first < whole; first += rowsTogether) {
      const some = Math.min(rowsTogether, whole - first);
      given.set(block.subarray(first * columns, (first + some) * columns));
      for (let at = 0; at < some; at += tileRows)
        run(
          ...([vectorBytes + at * columns * 8, 0, answerAt + at * stride * 8] as const),
          ...([Math.floor(columns / unrolled), columns % unrolled, columns * 8, tiled, stride * 8] as const),
        );
      takeOver(target, first, some);
    }
    return whole;
  };
}
