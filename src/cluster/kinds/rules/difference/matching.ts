/** A stretch of lines that both texts have: where it begins in each, and how long it is. */
export interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** From this many lines on, lines that come often are not looked for. */
const many = 200;

/**
 * The stretches that two lists of lines share, in order, as Python's `difflib.SequenceMatcher` finds them (Ratcliff and Obershelp):
 * the longest one first, then the longest on either side of it.
 */
export function matchingBlocks(a: readonly string[], b: readonly string[]): Block[] {
  const places = placesOf(b);
  const found: Block[] = [];
  const waiting: Range[] = [{ aLow: 0, aHigh: a.length, bLow: 0, bHigh: b.length }];
  for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
    const block = longestMatch(a, b, places, range);
    if (block.size === 0) continue;
    found.push(block);
    waiting.push({ ...range, aHigh: block.a, bHigh: block.b });
    waiting.push({ ...range, aLow: block.a + block.size, bLow: block.b + block.size });
  }
  return joined(found.toSorted((one, other) => one.a - other.a || one.b - other.b));
}

interface Range {
  readonly aLow: number;
  readonly aHigh: number;
  readonly bLow: number;
  readonly bHigh: number;
}

/** Where each line stands in the second list, without those that stand in it too often. */
function placesOf(lines: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const known = places.get(line);
    if (known === undefined) places.set(line, [index]);
    else known.push(index);
  }
  if (lines.length < many) return places;
  const often = Math.trunc(lines.length / 100) + 1;
  return new Map([...places].filter(([, found]) => found.length <= often));
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  { aLow, aHigh, bLow, bHigh }: Range,
): Block {
  let best: Block = { a: aLow, b: bLow, size: 0 };
  let lengths = new Map<number, number>();
  for (let index = aLow; index < aHigh; index++) {
    const next = new Map<number, number>();
    for (const place of places.get(a[index] ?? '') ?? []) {
      if (place < bLow) continue;
      if (place >= bHigh) break;
      const size = (lengths.get(place - 1) ?? 0) + 1;
      next.set(place, size);
      if (size > best.size) best = { a: index - size + 1, b: place - size + 1, size };
    }
    lengths = next;
  }
  return widened(a, b, best, { aLow, aHigh, bLow, bHigh });
}

/** With the lines around it that are the same too, though they come too often to begin a match. */
function widened(a: readonly string[], b: readonly string[], block: Block, range: Range): Block {
  let { a: first, b: second, size } = block;
  while (first > range.aLow && second > range.bLow && a[first - 1] === b[second - 1]) {
    [first, second, size] = [first - 1, second - 1, size + 1];
  }
  while (first + size < range.aHigh && second + size < range.bHigh && a[first + size] === b[second + size]) {
    size++;
  }
  return { a: first, b: second, size };
}

function joined(blocks: readonly Block[]): Block[] {
  const result: Block[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    if (last !== undefined && last.a + last.size === block.a && last.b + last.size === block.b) {
      result[result.length - 1] = { ...last, size: last.size + block.size };
    } else result.push(block);
  }
  return result;
}
