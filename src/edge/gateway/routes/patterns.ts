import { RE2JS } from 're2js';
import { anyPath, type PathMatch } from './table.ts';
import type { StringMatch } from './shapes.ts';

/** Patterns are anybody's: they are matched in time linear in the text, as RE2 does it, and always against the whole of it. */
export function wholly(pattern: string): (text: string) => boolean {
  if (everything.has(pattern)) return () => true;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch {
    // A route that nobody can match harms nobody else.
    return () => false;
  }
  return text => compiled.matches(text);
}

/** Patterns that every path matches. */
const everything = new Set(['^/.*$', '/.*', '^/.*', '.*', '^.*$']);

export function textMatch(match: StringMatch | undefined): (text: string) => boolean {
  if (match === undefined) return () => true;
  const { exact, prefix, regex } = match;
  if (exact !== undefined) return text => text === exact;
  if (prefix !== undefined) return text => text.startsWith(prefix);
  return regex === undefined ? () => true : wholly(regex);
}

/** A path as Istio matches it: prefixes are letters. */
export function uriMatch(match: StringMatch | undefined): PathMatch {
  if (match === undefined) return anyPath;
  const { exact, prefix, regex = '' } = match;
  return { matches: textMatch(match), rank: 0, starts: exact ?? prefix ?? startOf(regex) };
}

const exactRank = 1e6;

export function exactly(path: string): PathMatch {
  return { matches: text => text === path, rank: exactRank + path.length, starts: path };
}

/** A prefix of whole segments: `/a` matches `/a` and `/a/b`, not `/ab`. */
export function segments(path: string): PathMatch {
  const bare = path.replace(/\/+$/, '');
  if (bare === '') return { matches: () => true, rank: 1, starts: '/' };
  return {
    matches: text => text.startsWith(bare) && (text.length === bare.length || text[bare.length] === '/'),
    rank: bare.length + 1,
    starts: bare,
  };
}

export function expression(pattern: string): PathMatch {
  return { matches: wholly(pattern), rank: pattern.length, starts: startOf(pattern) };
}

/** What a pattern is read to begin with, for people: it may match other texts, too. */
function startOf(pattern: string): string {
  return pattern.replace(/^\^/, '').replace(/\W*\(.*$/, '');
}

/** Milliseconds of `60s`, `1m30s`, `500ms`; undefined for none. */
export function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) {
    sum += Number(number) * (units[unit ?? ''] ?? 0);
  }
  return sum > 0 ? sum : undefined;
}
