import { PathError } from './nodes.ts';

/**
 * A path as people write it, with or without braces and the first dot: `metadata.name` is `{.metadata.name}`.
 * @throws PathError
 */
export function relaxed(text: string): string {
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text);
  const path = match?.[1] ?? match?.[2];
  if (path === undefined) {
    throw new PathError(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  return `{.${path}}`;
}
