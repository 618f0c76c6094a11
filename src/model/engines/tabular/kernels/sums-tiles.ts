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
  untilZero,
  zeros,
  type Code,
} from '../wasm/assembler.ts';
import { instanceOf } from '../wasm/instance.ts';

/** Rows and vectors of a tile; each of its sums goes over the columns in their order, so that it rounds as a loop does. */
const tileRows = 4;
const tileVectors = 4;

/** Locals of the function: seven are given. */
const x = 0;
const vectors = 1;
const y = 2;
const width = 3;
const rowBytes = 4;
const tiles = 5;
const answerBytes = 6;
const left = 7;
const answer = 8;
const row = (at: number): number => 9 + at;
const firstVector = 9 + tileRows;
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

const multiplyColumn: Code = [
  ...set(half(0), loadTwo(get(vectors))),
  ...set(half(1), loadTwo(get(vectors), 16)),
  ...everyRow(at => [
    ...set(value, loadTwice(get(row(at)))),
    ...set(sum(at, 0), addTwo(get(sum(at, 0)), multiplyTwo(get(value), get(half(0))))),
    ...set(sum(at, 1), addTwo(get(sum(at, 1)), multiplyTwo(get(value), get(half(1))))),
    ...advance(row(at), 8),
  ]),
  ...advance(vectors, 8 * tileVectors),
  ...advance(left, -1),
];

const writeSums: Code = [
  ...set(answer, get(y)),
  ...everyRow(at => [
    ...storeTwo(get(answer), get(sum(at, 0))),
    ...storeTwo(get(answer), get(sum(at, 1)), 16),
    ...set(answer, add(get(answer), get(answerBytes))),
  ]),
];

/** Four rows by all vectors, which stand four by four, column by column. */
function multiply(): Uint8Array<ArrayBuffer> {
  return moduleOf(
    7,
    firstVector - 7,
    untilZero(tiles, [
      ...startRows,
      ...set(left, get(width)),
      ...untilZero(left, multiplyColumn),
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

function packed(target: Float64Array, source: Float64Array, count: number, columns: number): void {
  for (let at = 0; at < count; at++)
    for (let column = 0; column < columns; column++)
      target[(at - (at % tileVectors)) * columns + column * tileVectors + (at % tileVectors)] = source[
        at * columns + column
      ] as number;
}

/**
 * Dot products of the rows of a block and vectors, two at a time in WebAssembly, with the bits that a loop in JavaScript gives.
 * @returns undefined where it would not pay, or cannot be
 */
export function tilesOf(
  block: Float64Array,
  source: Float64Array,
  count: number,
  columns: number,
): Tiles | undefined {
  const tiled = Math.ceil(count / tileVectors);
  const blockRows = Math.floor(block.length / columns);
  const vectorBytes = tiled * tileVectors * columns * 8;
  const bytes = vectorBytes + blockRows * (columns + tiled * tileVectors) * 8;
  if (bytes > mostBytes) return undefined;
  const instance = instanceOf(multiply, bytes);
  if (instance === undefined) return undefined;
  const { run, buffer } = instance;
  packed(new Float64Array(buffer), source, count, columns);
  const answerAt = vectorBytes + blockRows * columns * 8;
  const given = new Float64Array(buffer, vectorBytes, blockRows * columns);
  const answers = new Float64Array(buffer, answerAt);
  const stride = tiled * tileVectors;
  return (target, rows) => {
    const whole = rows - (rows % tileRows);
    given.set(block.subarray(0, whole * columns));
    for (let at = 0; at < whole; at += tileRows)
      run(
        ...([vectorBytes + at * columns * 8, 0, answerAt + at * stride * 8] as const),
        ...([columns, columns * 8, tiled, stride * 8] as const),
      );
    for (let at = 0; at < whole; at++)
      for (let to = 0; to < count; to++) target[at * count + to] = answers[at * stride + to] as number;
    return whole;
  };
}
