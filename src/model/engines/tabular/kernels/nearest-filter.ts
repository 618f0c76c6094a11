/**
 * Which of many rows may be near: float32 products eight rows at a time, in WebAssembly, since JavaScript has no vectors.
 * Its arithmetic errs, so it only tells what may not be left out; distances are taken of what it finds.
 */

/** What is used of WebAssembly; the types of a program without a browser leave it out. */
interface Wasm {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, object>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Wasm };

/** Rows of a tile: their halved squares, then each column of them. */
export const tileRows = 8;

/** Rows that are looked for at the same time. */
export const queryRows = 4;

/** Bytes of WebAssembly, in pieces. */
function code(...parts: readonly (number | readonly number[])[]): number[] {
  return parts.flat();
}

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number that is not negative. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
}

const i32 = 0x7f;
const v128 = 0x7b;
const loop = [0x03, 0x40];
const whenTrue = [0x04, 0x40];
const end = 0x0b;
const again = [0x0c, 0];
const againIf = [0x0d, 0];
const giveBack = 0x0f;
const add = 0x6a;
const isBelow = 0x49;
const isNotBelow = 0x4f;

function get(local: number): number[] {
  return [0x20, local];
}

function set(local: number): number[] {
  return [0x21, local];
}

function constant(value: number): number[] {
  return [0x41, ...signed(value)];
}

/** An instruction of the vector extension. */
function vector(number: number, ...rest: readonly number[]): number[] {
  return [0xfd, ...unsigned(number), ...rest];
}

/** Log2 of the bytes that addresses are multiples of. */
const aligned = 2;

function load(local: number, offset: number): number[] {
  return code(get(local), vector(0, aligned, ...unsigned(offset)));
}

/** Four times the float32 that stands there. */
function loadSplat(local: number, offset: number): number[] {
  return code(get(local), vector(9, aligned, ...unsigned(offset)));
}

function store(offset: number): number[] {
  return vector(11, aligned, ...unsigned(offset));
}

const lessOrEqual = vector(0x45);
const subtract = vector(0xe5);
const multiply = vector(0xe6);
const or = vector(0x50);
const anyTrue = vector(0x53);

/** Parameters and locals of `scan`, by number: addresses, then vectors. */
const tile = 0;
const last = 1;
const queries = 2;
const limits = 3;
const hits = 4;
const at = 5;
const query = 6;
const next = 7;
const low = 8;
const high = 9;
const value = 10;
const sums = 11;

/** Each query has two vectors of sums: one for each half of a tile. */
const vectorBytes = 16;
const tileBytes = 2 * vectorBytes;

type Half = 0 | 1;
const halves: readonly Half[] = [0, 1];
const rowsOfQuery = Array.from({ length: queryRows }, (_, row) => row);
const pairs = rowsOfQuery.flatMap(row => halves.map(half => ({ row, half, sum: sums + 2 * row + half })));

function halfOf(half: Half): number {
  return half === 0 ? low : high;
}

function loadTile(from: number): number[] {
  return code(load(from, 0), set(low), load(from, vectorBytes), set(high));
}

/** Subtracts the products of a column. */
function column(): number[] {
  const ofRow = (row: number): number[] =>
    code(
      loadSplat(query, 4 * row),
      set(value),
      ...pairs
        .filter(pair => pair.row === row)
        .map(({ half, sum }) => code(get(sum), get(value), get(halfOf(half)), multiply, subtract, set(sum))),
    );
  return code(
    loadTile(at),
    ...rowsOfQuery.map(ofRow),
    code(get(at), constant(tileBytes), add, set(at)),
    code(get(query), constant(4 * queryRows), add, set(query)),
  );
}

/** Tile after tile: halved squares minus products, and back with the first tile where one is not above its limit. */
function scanBody(width: number): number[] {
  return code(
    loop,
    code(get(tile), get(last), isNotBelow, whenTrue, get(last), giveBack, end),
    loadTile(tile),
    ...pairs.map(({ half, sum }) => code(get(halfOf(half)), set(sum))),
    code(get(tile), constant(tileBytes), add, set(at), get(queries), set(query)),
    code(get(tile), constant((width + 1) * tileBytes), add, set(next)),
    code(loop, column(), get(at), get(next), isBelow, againIf, end),
    ...pairs.map(({ row, sum }) => code(get(sum), loadSplat(limits, 4 * row), lessOrEqual, set(sum))),
    ...pairs.map(({ sum }, index) => code(get(sum), index === 0 ? [] : or)),
    code(anyTrue, whenTrue),
    ...pairs.map(({ row, half, sum }) =>
      code(get(hits), get(sum), store(tileBytes * row + vectorBytes * half)),
    ),
    code(get(tile), giveBack, end),
    code(get(next), set(tile), again, end, get(last), end),
  );
}

function section(id: number, ...content: readonly (number | readonly number[])[]): number[] {
  const bytes = code(...content);
  return code(id, unsigned(bytes.length), bytes);
}

function named(text: string): number[] {
  return [text.length, ...Buffer.from(text)];
}

/** A module that imports its memory and exports `scan`. */
function moduleFor(width: number, pages: number): Uint8Array {
  const locals = [2, 3, i32, 3 + 2 * queryRows, v128];
  const body = code(locals, scanBody(width));
  return Uint8Array.from(
    code(
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [1, 0x60, 5, i32, i32, i32, i32, i32, 1, i32]),
      section(2, 1, named('m'), named('m'), [2, 0], unsigned(pages)),
      section(3, [1, 0]),
      section(7, 1, named('scan'), [0, 0]),
      section(10, 1, unsigned(body.length), body),
    ),
  );
}

/** Finds tiles with rows that may be within a limit of some of four rows. */
export interface Filter {
  /** Tiles in all. */
  readonly tiles: number;
  /** Where four rows go, a column after another: [width, queryRows]. */
  readonly queries: Float32Array;
  /** For each of the four: the largest halved square minus product that is of interest. */
  readonly limits: Float32Array;
  /** Of the tile found: not 0 where a row is within the limit, [queryRows, tileRows]. */
  readonly hits: Int32Array;
  /** The first tile from `from` on that has a row within a limit, or `to`. */
  scan(from: number, to: number): number;
}

/** @param rows float32 [count, width] */
export function makeFilter(rows: Float32Array, width: number): Filter {
  const tiles = Math.ceil(rows.length / width / tileRows);
  const stride = (width + 1) * tileRows;
  const floats = tiles * stride + width * queryRows + queryRows + queryRows * tileRows;
  const pages = Math.ceil((floats * 4) / 65_536);
  const memory = new wasm.Memory({ initial: pages });
  const all = new Float32Array(memory.buffer);
  fillTiles(all, rows, width, tiles);
  const queriesAt = tiles * stride * 4;
  const limitsAt = queriesAt + width * queryRows * 4;
  const hitsAt = limitsAt + queryRows * 4;
  const module = new wasm.Module(moduleFor(width, pages));
  const { scan } = new wasm.Instance(module, { m: { m: memory } }).exports as {
    readonly scan: (tile: number, end: number, queries: number, limits: number, hits: number) => number;
  };
  return {
    tiles,
    queries: new Float32Array(memory.buffer, queriesAt, width * queryRows),
    limits: new Float32Array(memory.buffer, limitsAt, queryRows),
    hits: new Int32Array(memory.buffer, hitsAt, queryRows * tileRows),
    scan: (from, to) => scan(from * stride * 4, to * stride * 4, queriesAt, limitsAt, hitsAt) / (stride * 4),
  };
}

/** Rows that only fill the last tile up are infinitely far. */
function fillTiles(all: Float32Array, rows: Float32Array, width: number, tiles: number): void {
  const count = rows.length / width;
  for (let row = 0; row < tiles * tileRows; row++) {
    const start = Math.floor(row / tileRows) * (width + 1) * tileRows + (row % tileRows);
    if (row >= count) {
      all[start] = Infinity;
      continue;
    }
    let square = 0;
    for (let column = 0; column < width; column++) {
      const value = rows[row * width + column] as number;
      square += value * value;
      all[start + (column + 1) * tileRows] = value;
    }
    all[start] = square / 2;
  }
}
