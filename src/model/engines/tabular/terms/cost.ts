import type { Sizes } from '../kernel.ts';

/** Characters of a word and of what stands between two. */
const wordLength = 6;
/** Nanoseconds to look a term up and count it. */
const termCost = 200;
/** Nanoseconds for a step of a program at a character, where all steps are ways to go on: 35 to 135 have been measured. */
const stepCost = 100;

/** N-grams that begin at each place. */
function sizesOf({ node }: Sizes): number {
  const { least, most } = node.attributes as { least: number; most: number };
  return most - least + 1;
}

/** Terms of a row's text, about. */
export function termsOf(sizes: Sizes): number {
  const { analyzer } = sizes.node.attributes;
  const isOfCharacters = analyzer === 'char' || analyzer === 'char_wb';
  return (isOfCharacters ? sizes.characters : sizes.characters / wordLength) * sizesOf(sizes);
}

/** Nanoseconds to bring a character into its plain form and to cut there. */
function characterCost({ node }: Sizes): number {
  const { analyzer, accents, lowercase } = node.attributes;
  const plain = (lowercase === true ? 2 : 0) + (accents === 'keep' ? 0 : 30);
  // Each way to match at a character is a step of the program, of three words.
  if (analyzer === 'program') return plain + stepCost * ((node.arrays['program']?.shape[0] ?? 0) / 3);
  return plain + 10;
}

/** Nanoseconds to cut the text of a row into terms and to count them. */
export function cuttingCost(sizes: Sizes): number {
  return 200 + sizes.characters * characterCost(sizes) + termsOf(sizes) * termCost;
}
