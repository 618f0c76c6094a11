import { regexEngine } from '../engines.ts';

/** A compiled pattern, or what is wrong with it. */
type Pattern = { readonly matches: (text: string) => boolean } | { readonly fault: string };

const compiled = new Map<string, Pattern>();
/** Patterns that are kept compiled; those of a definition that goes away make room for others. */
const kept = 4096;

/**
 * Whether a text holds something that a pattern of a user's schema matches. JavaScript's own expressions can take exponential time
 * on a pattern made for that, and their dialect differs from Go's RE2; re2js is RE2 in JavaScript: Go's syntax, linear time.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const found = patternOf(pattern);
  return 'matches' in found && found.matches(text);
}

/** What is wrong with a pattern, as Go's `regexp` says it. */
export function patternFault(pattern: string): string | undefined {
  const found = patternOf(pattern);
  return 'fault' in found ? found.fault : undefined;
}

function patternOf(pattern: string): Pattern {
  let found = compiled.get(pattern);
  if (found === undefined) {
    found = compile(pattern);
    if (compiled.size >= kept) compiled.clear();
    compiled.set(pattern, found);
  }
  return found;
}

function compile(pattern: string): Pattern {
  try {
    const expression = regexEngine().RE2JS.compile(pattern);
    return { matches: text => expression.matcher(text).find() };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}
