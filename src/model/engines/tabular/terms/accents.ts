/**
 * Whether a character has a combining class, `unicodedata.combining(c) != 0`: canonical order then moves it before a mark
 * of a higher class, or a mark of class 1 before it.
 */
function combines(character: string): boolean {
  const parts = character.normalize('NFD');
  const above = `\u0301${parts}`;
  const overlay = `${parts}\u0334`;
  return above.normalize('NFD') !== above || overlay.normalize('NFD') !== overlay;
}

const known = new Map<string, boolean>();

function isMark(character: string): boolean {
  let found = known.get(character);
  if (found === undefined) {
    found = combines(character);
    // Every character of Unicode may come by; the usual ones are few.
    if (known.size < 4096) known.set(character, found);
  }
  return found;
}

// oxlint-disable-next-line no-control-regex
const ascii = /^[\u0000-\u007F]*$/;

/**
 * `sklearn.feature_extraction.text.strip_accents_unicode`.
 * @param decomposedToo false: a text that is decomposed already keeps its marks, as before 0.22
 */
export function stripUnicode(text: string, decomposedToo: boolean): string {
  if (ascii.test(text)) return text;
  const decomposed = text.normalize('NFKD');
  if (decomposed === text && !decomposedToo) return text;
  return Array.from(decomposed, character => (isMark(character) ? '' : character)).join('');
}

/** `sklearn.feature_extraction.text.strip_accents_ascii`: what has no letter of ASCII in it goes. */
export function stripAscii(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return ascii.test(text) ? text : text.normalize('NFKD').replaceAll(/[^\u0000-\u007F]/g, '');
}
