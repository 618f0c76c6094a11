import { matchingBlocks } from './matching.ts';

interface Change {
  readonly same: boolean;
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

/** Lines shown around a change. */
const context = 3;

/** The difference of two texts as `diff -u` shows it, without a head. */
export function unified(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')];
  return groupsOf(changesOf(a, b))
    .map(group => groupText(group, a, b))
    .join('');
}

function changesOf(a: readonly string[], b: readonly string[]): Change[] {
  const changes: Change[] = [];
  let [first, second] = [0, 0];
  for (const block of [...matchingBlocks(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (first < block.a || second < block.b) {
      changes.push({ same: false, a: [first, block.a], b: [second, block.b] });
    }
    [first, second] = [block.a + block.size, block.b + block.size];
    if (block.size > 0) changes.push({ same: true, a: [block.a, first], b: [block.b, second] });
  }
  return changes;
}

/** Changes with the lines around them; those that are near each other together. */
function groupsOf(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  let group: Change[] = [];
  for (const [index, change] of changes.entries()) {
    const { a, b, same } = change;
    if (!same) {
      group.push(change);
      continue;
    }
    const size = a[1] - a[0];
    const [begins, ends] = [index === 0, index === changes.length - 1];
    if (begins) group.push(last(change));
    else if (ends) group.push(head(change));
    else if (size > context * 2) {
      groups.push([...group, head(change)]);
      group = [last(change)];
    } else group.push({ same, a, b });
  }
  if (group.some(change => !change.same)) groups.push(group);
  return groups;
}

function head({ a, b }: Change): Change {
  return { same: true, a: [a[0], Math.min(a[1], a[0] + context)], b: [b[0], Math.min(b[1], b[0] + context)] };
}

function last({ a, b }: Change): Change {
  return { same: true, a: [Math.max(a[0], a[1] - context), a[1]], b: [Math.max(b[0], b[1] - context), b[1]] };
}

function groupText(group: readonly Change[], a: readonly string[], b: readonly string[]): string {
  const [first, final] = [group[0] as Change, group.at(-1) as Change];
  const lines = group.flatMap(change => {
    const old = a.slice(...change.a);
    if (change.same) return old.map(line => ` ${line}`);
    return [...old.map(line => `-${line}`), ...b.slice(...change.b).map(line => `+${line}`)];
  });
  const title = `@@ -${rangeText(first.a[0], final.a[1])} +${rangeText(first.b[0], final.b[1])} @@`;
  return [title, ...lines].map(line => `${line}\n`).join('');
}

function rangeText(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return `${start + 1}`;
  return `${length === 0 ? start : start + 1},${length}`;
}
