import { Complaint } from './failures.ts';
import { findResults } from './jsonpath/evaluate.ts';
import { type Node, PathError } from './jsonpath/nodes.ts';
import { parseTemplate } from './jsonpath/parse.ts';
import { relaxed } from './jsonpath/relaxed.ts';

/** A path to fields as people write it. @throws Complaint */
export function pathOf(text: string): readonly Node[] {
  return complaining(() => parseTemplate(relaxed(text)));
}

/** What a path finds in an object, part for part. @throws Complaint */
export function resultsAt(path: readonly Node[], object: unknown): readonly (readonly unknown[])[] {
  return complaining(() => findResults(path, object));
}

function complaining<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof PathError ? new Complaint(thrown.message) : thrown;
  }
}
