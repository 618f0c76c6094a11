import type { ASTNode } from '@marcbachmann/cel-js';
import { celEngine } from '../engines.ts';

/** Steps of loops that all rules of one object may take together: about a third of a second. */
const mostSteps = 1_000_000;

let left = mostSteps;
let exhausted: Error | undefined;

/** Begins counting anew, for the rules of one object. */
export function refill(): void {
  left = mostSteps;
}

/** Whether the rules asked since have taken more than they may. */
export function isSpent(): boolean {
  return left < 0;
}

function spend(): void {
  left -= 1;
  if (left >= 0) return;
  // Made once: a loop may end by it many times, and each stack trace would cost more than the step.
  exhausted ??= new (celEngine().EvaluationError)('cost budget exceeded');
  throw exhausted;
}

/** What the library's nodes have beyond what it publishes: how a node is evaluated can be replaced once it has been checked. */
export interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly left?: unknown;
  readonly right?: unknown;
  readonly meta: { readonly evaluate: Evaluate };
  setMeta(key: string, value: unknown): void;
}

type Evaluate = (evaluator: Evaluator, ast: Node, context: unknown) => unknown;

interface Evaluator {
  /** The value of a part, or the error that it ends with. */
  tryEval(ast: unknown, context: unknown): unknown;
}

/**
 * Makes each turn of each loop of a checked rule count, so that loops in loops over long lists end with an error instead of
 * holding the server up: the library itself has no such bound. And of two operands that both fail, the first one's failure is told, as
 * cel-go does.
 */
export function govern(ast: ASTNode): void {
  eachNode(ast, node => {
    if (node.op === 'comprehension') meter((node.args as { readonly step: Node }).step);
    if (node.op === '&&' || node.op === '||') tellFirst(node, node.op === '||');
  });
}

function meter(step: Node): void {
  const inner = step.meta.evaluate;
  step.setMeta('evaluate', (evaluator: Evaluator, self: Node, context: unknown) => {
    spend();
    return inner(evaluator, self, context);
  });
}

/** @param decisive The value of one operand that decides alone. */
function tellFirst(node: Node, decisive: boolean): void {
  const inner = node.meta.evaluate;
  node.setMeta('evaluate', (evaluator: Evaluator, self: Node, context: unknown) => {
    const left = evaluator.tryEval(self.left, context);
    if (left === decisive) return decisive;
    if (typeof left === 'boolean') return inner(evaluator, self, context);
    const right = evaluator.tryEval(self.right, context);
    if (right === decisive) return decisive;
    if (left instanceof Error) throw left;
    return inner(evaluator, self, context);
  });
}

/** Visits every node of a rule, also those that macros have made. */
export function eachNode(ast: unknown, visit: (node: Node) => void): void {
  const seen = new Set<unknown>();
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) return value.forEach(walk);
    if (isNode(value)) {
      visit(value);
      walk(value.args);
      const { alternate, macro } = value.meta as { alternate?: unknown; macro?: unknown };
      walk(alternate);
      walk(macro);
      return;
    }
    if (Object.getPrototypeOf(value) === Object.prototype) Object.values(value).forEach(walk);
  };
  walk(ast);
}

function isNode(value: object): value is Node {
  return 'op' in value && 'meta' in value && 'args' in value;
}
