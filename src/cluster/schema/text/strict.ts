import type { Parsed } from './json.ts';

const unknownField = /^unknown field (".*")$/s;

/**
 * What strict decoding complains of, in the order of the text: repeated and unknown fields. What is below an unknown field has not been
 * decoded, so that nothing is said of it.
 * @param unknown As `decodeTyped` or `prune` list them.
 */
export function strictFaults({ strict, duplicates }: Parsed, unknown: readonly string[]): readonly string[] {
  if (duplicates === undefined || unknown.length === 0) return [...strict, ...unknown];
  const paths = unknown.map(text => JSON.parse(unknownField.exec(text)?.[1] ?? '""') as string);
  const isBelow = (path: string): boolean =>
    paths.some(above => path === above || path.startsWith(`${above}.`) || path.startsWith(`${above}[`));
  const repeated = duplicates.paths
    .map((path, index) => ({ path, text: strict[index] as string, at: duplicates.seconds.get(path) ?? 0 }))
    .filter(({ path }) => !isBelow(path));
  const others = unknown.map((text, index) => ({
    text,
    at: duplicates.firsts.get(paths[index] as string) ?? 0,
  }));
  return [...repeated, ...others].toSorted((a, b) => a.at - b.at).map(({ text }) => text);
}
