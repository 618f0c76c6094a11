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
interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly meta: { readonly evaluate: Evaluate };
  setMeta(key: string, value: unknown): void;
}

type Evaluate = (evaluator: unknown, ast: unknown, context: unknown) => unknown;

/**
 * Makes each turn of each loop of a checked rule count, so that loops in loops over long lists end with an error instead of
 * holding the server up. The library itself has no such bound.
 */
export function meterLoops(ast: ASTNode): void {
  eachNode(ast, node => {
    if (node.op !== 'comprehension') return;
    const { step } = node.args as { readonly step: Node };
    const inner = step.meta.evaluate;
    step.setMeta('evaluate', (evaluator: unknown, self: unknown, context: unknown) => {
      spend();
      return inner(evaluator, self, context);
    });
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
