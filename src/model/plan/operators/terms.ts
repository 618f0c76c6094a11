import {
  defineOperators,
  expectShape,
  expectStarts,
  expectTexts,
  expectWithin,
  numericInput,
  sizeOf,
  textArrays,
  textsInput,
  widestMatrix,
  type ArrayRule,
  type AttributeRule,
  type NodeFacts,
  type Shape,
} from './definition.ts';

/** What stands in a set of characters: [kind, first, last]. `negate` and `ignoreCase` say how the set is read. */
export const characterItems = {
  range: 0,
  word: 1,
  notWord: 2,
  digit: 3,
  notDigit: 4,
  space: 5,
  notSpace: 6,
  negate: 7,
  ignoreCase: 8,
} as const;

/** Steps of a program that finds tokens: [op, a, b]. */
export const tokenOps = {
  match: 0,
  /** Takes a character of set a. */
  set: 1,
  /** Goes on at a, or else at b. */
  fork: 2,
  jump: 3,
  boundary: 4,
  inside: 5,
  start: 6,
  end: 7,
  /** Notes the place: a is 0 for where the token starts, 1 for where it ends. */
  save: 8,
} as const;

const longestGram = 100;

/** How a text becomes terms; see `countTerms`. */
const attributes = {
  owner: { kind: 'text' },
  analyzer: { kind: 'choice', of: ['runs', 'program', 'char', 'char_wb'] },
  leastRun: { kind: 'integer', min: 1, max: 10_000 },
  least: { kind: 'integer', min: 1, max: longestGram },
  most: { kind: 'integer', min: 1, max: longestGram },
  lowercase: { kind: 'flag' },
  accents: { kind: 'choice', of: ['keep', 'ascii', 'unicode', 'unicodeComposed'] },
  binary: { kind: 'flag' },
} as const satisfies Readonly<Record<string, AttributeRule>>;

const arrays = {
  setItems: { dtype: 'i32', rank: 1, optional: true },
  setStarts: { dtype: 'i32', rank: 1, optional: true },
  program: { dtype: 'i32', rank: 1, optional: true },
  stops: { dtype: 'u8', rank: 1, optional: true },
  stopsStarts: { dtype: 'i32', rank: 1, optional: true },
} as const satisfies Readonly<Record<string, ArrayRule>>;

/** Whether a step leads to steps, and asks for a set, that are there. */
function isSound(op: number, a: number, b: number, steps: number, sets: number): boolean {
  const isStep = (target: number): boolean => target >= 0 && target < steps;
  switch (op) {
    case tokenOps.set:
      return a >= 0 && a < sets;
    case tokenOps.fork:
      return isStep(a) && isStep(b);
    case tokenOps.jump:
      return isStep(a);
    case tokenOps.save:
      return a === 0 || a === 1;
    default:
      return op >= 0 && op <= tokenOps.end;
  }
}

function checkProgram(node: NodeFacts, sets: number): void {
  const program = node.array('program', 'i32');
  const steps = program.length / 3;
  if (!Number.isInteger(steps) || steps === 0) node.fail('a program has steps of three words');
  for (let step = 0; step < steps; step++) {
    const [op, a, b] = program.subarray(step * 3) as unknown as readonly [number, number, number];
    const sound = isSound(op, a, b, steps, sets);
    if (!sound || (step === steps - 1 && op !== tokenOps.match && op !== tokenOps.jump))
      node.fail(`step ${step} of the program is [${op}, ${a}, ${b}]`);
  }
}

function checkAnalyzer(node: NodeFacts): void {
  if (textsInput(node) !== 1) node.fail('takes a single column of texts');
  const { analyzer, least, most } = node.attributes as { analyzer: string; least: number; most: number };
  if (most < least) node.fail(`n-grams of ${least} to ${most}`);
  if ((node.shape('stops') === undefined) !== (node.shape('stopsStarts') === undefined))
    node.fail('stops and stopsStarts belong together');
  if (node.shape('stops') !== undefined) expectTexts(node, 'stops');
  if (analyzer === 'char' || analyzer === 'char_wb') return;
  const items = sizeOf(node, 'setItems', 0) / 3;
  if (!Number.isInteger(items)) node.fail('setItems has items of three words');
  const sets = node.shape('setStarts') === undefined ? 0 : expectStarts(node, 'setStarts', items);
  if (analyzer === 'runs' ? sets !== 1 : sets === 0) node.fail(`${sets} sets of characters`);
  if (analyzer === 'program') checkProgram(node, sets);
}

function sparse(width: number): Shape {
  return { kind: 'sparse', width };
}

/**
 * A text is brought to lower case, its accents are taken off, and it is cut into terms. `runs` and `program` find tokens:
 * the longest runs of at least `leastRun` characters of a set, or whatever `program` matches. `stops` are left out, then
 * `least` to `most` neighbours make a term, with spaces between them. `char` takes n-grams of characters of the whole text,
 * `char_wb` of each word with a space on both sides. A set of characters is the items of `setItems` from `setStarts[s]` to
 * `setStarts[s + 1]`, three words each: see `characterItems`.
 */
export const termOperators = defineOperators({
  countTerms: {
    meaning:
      'How often each term of `vocabulary` stands in a text, in the column that `columns` gives it; with `binary` whether it does.',
    inputs: 1,
    attributes: { ...attributes, width: { kind: 'integer', min: 1, max: widestMatrix } },
    arrays: { ...arrays, ...textArrays('vocabulary'), columns: { dtype: 'i32', rank: 1 } },
    check(node) {
      checkAnalyzer(node);
      const width = node.attributes['width'] as number;
      expectShape(node, 'columns', [expectTexts(node, 'vocabulary')]);
      expectWithin(node, 'columns', width);
      return sparse(width);
    },
  },
  hashTerms: {
    meaning:
      'How often the terms of each MurmurHash3 (32 bits, modulo `width`) stand in a text; with `signs` terms with a negative hash count -1, with `absolute` the sums lose their sign, with `binary` they are 1.',
    inputs: 1,
    attributes: {
      ...attributes,
      width: { kind: 'integer', min: 1, max: widestMatrix },
      signs: { kind: 'flag' },
      absolute: { kind: 'flag' },
    },
    arrays,
    check(node) {
      checkAnalyzer(node);
      return sparse(node.attributes['width'] as number);
    },
  },
  hashColumns: {
    meaning:
      'All columns of the request by their names: a number is added in the column (of `width`) of the MurmurHash3 of its name, a text `v` in that of `name=v` is 1; with `signs` those with a negative hash are subtracted, with `absolute` the sums lose their sign. NaN, 0 and missing texts add nothing. With `sets` each row is a list of texts instead, each of which adds 1 in its own column. `owner` is the class that error messages speak of.',
    inputs: 0,
    opens: true,
    attributes: {
      owner: { kind: 'text' },
      width: { kind: 'integer', min: 1, max: widestMatrix },
      signs: { kind: 'flag' },
      absolute: { kind: 'flag' },
      sets: { kind: 'flag', optional: true },
    },
    arrays: {},
    check: node => sparse(node.attributes['width'] as number),
  },
  logCounts: {
    meaning: '1 + log(x) of every value that is not 0.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check(node) {
      const { kind, width } = numericInput(node);
      return { kind, width };
    },
  },
});
