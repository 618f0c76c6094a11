import { printable } from '../../base/log/index.ts';
import type { Plan } from '../../model/plan/index.ts';
import { treeViews, type TreeNode, type TreeView } from '../../model/plan/views/index.ts';
import { appErrors } from '../errors.ts';

type InnerNode = Exclude<TreeNode, { readonly kind: 'leaf' }>;

const mostLines = 400;
const mostCategories = 8;
const mostUsed = 5;

/** A number short enough for a drawing; six digits tell thresholds apart. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function nameOf(node: InnerNode, names: readonly string[] | undefined): string {
  if (node.feature === undefined) return `column ${node.column}`;
  return names?.[node.feature] ?? `feature ${node.feature}`;
}

/** The question of an inner node; yes leads to the first child. */
function questionOf(node: InnerNode, names: readonly string[] | undefined): string {
  const missing =
    node.missing === 'as 0' ? 'missing is 0' : `missing ${node.missing === 'left' ? 'yes' : 'no'}`;
  const name = nameOf(node, names);
  if (node.kind === 'numeric') return `${name} ≤ ${short(node.threshold)}?  (${missing})`;
  const shown = node.right.slice(0, mostCategories).join(', ');
  const more = node.right.length > mostCategories ? ', …' : '';
  return `${name} not in {${shown}${more}}?  (${missing})`;
}

/** Draws the tree whose first node is `root`, one line a node, for as many lines as `room` has. */
function draw(view: TreeView, root: number, names: readonly string[] | undefined, lines: string[]): void {
  const open: { readonly index: number; readonly lead: string; readonly rest: string }[] = [
    { index: root, lead: '', rest: '' },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (lines.length === mostLines) {
      lines.push('…');
      return;
    }
    const { index, lead, rest } = next;
    const node = view.nodeAt(index);
    if (node.kind === 'leaf') {
      lines.push(`${lead}[${node.values.map(short).join(', ')}]`);
      continue;
    }
    lines.push(`${lead}${questionOf(node, names)}`);
    const [left, right] = node.children;
    open.push({ index: right, lead: `${rest}└─ no:  `, rest: `${rest}       ` });
    open.push({ index: left, lead: `${rest}├─ yes: `, rest: `${rest}│      ` });
  }
}

/** Which of several ensembles a tree belongs to, and its number there. */
function find(
  views: readonly TreeView[],
  tree: number,
): { readonly view: TreeView; readonly at: number } | undefined {
  let before = 0;
  for (const view of views) {
    if (tree < before + view.count) return { view, at: tree - before };
    before += view.count;
  }
  return undefined;
}

/**
 * A tree of the model, drawn with box characters: a question a line, its answers below.
 * @param tree counts from 0 over all trees of the model
 * @throws `tree-missing` when the model has no such tree
 */
export function drawTree(plan: Plan, tree: number): string {
  const views = treeViews(plan);
  const count = views.reduce((sum, view) => sum + view.count, 0);
  const found = find(views, tree);
  if (found === undefined)
    throw appErrors.make['tree-missing'](
      count === 0
        ? 'the model has no trees, so that --tree has nothing to draw'
        : `--tree ${tree}: the model's trees have the numbers 0 to ${count - 1}`,
    );
  const { view, at } = found;
  const lines = [`tree ${tree} of ${count}, ${view.sizeOf(at)} nodes`];
  draw(view, view.rootOf(at), plan.featureNames, lines);
  return `${lines.map(printable).join('\n')}\n`;
}

/** The features that most splits ask for, the most used first, as `name (splits)`; undefined for a model without trees. */
export function usedFeatures(plan: Plan): string | undefined {
  const uses = new Map<string, number>();
  for (const view of treeViews(plan)) {
    for (let tree = 0; tree < view.count; tree++) {
      const root = view.rootOf(tree);
      for (let index = root; index < root + view.sizeOf(tree); index++) {
        const node = view.nodeAt(index);
        if (node.kind === 'leaf') continue;
        const name = nameOf(node, plan.featureNames);
        uses.set(name, (uses.get(name) ?? 0) + 1);
      }
    }
  }
  if (uses.size === 0) return undefined;
  const sorted = [...uses].toSorted(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, mostUsed).map(([name, count]) => `${name} (${count})`);
  return `${shown.join(', ')}${sorted.length > mostUsed ? `, ${sorted.length - mostUsed} more` : ''}`;
}
