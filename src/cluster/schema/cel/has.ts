import { eachNode, type Node } from './budget.ts';

/** What the library calls for a macro when it checks and when it evaluates. */
interface Macro {
  readonly args: readonly Node[];
  typeCheck(checker: Checker, macro: Macro, context: unknown): unknown;
  evaluate(evaluator: Evaluator, macro: Macro, context: unknown): unknown;
}

interface Checker {
  check(node: unknown, context: unknown): unknown;
  getType(name: string): unknown;
}

interface Evaluator {
  run(node: unknown, context: unknown): unknown;
  debugType(value: unknown): {
    fieldLazy(value: unknown, name: unknown, node: Node, evaluator: Evaluator): unknown;
  };
}

/**
 * Lets `has` ask for a field of any expression: `has(self.matches[0].path)`. The library knows fields of names only, and the rules
 * of the Gateway API ask for more. To be done before a rule is checked.
 */
export function widenHas(ast: unknown): void {
  eachNode(ast, node => {
    const { macro } = node.meta as { readonly macro?: Macro };
    const isHas = node.op === 'call' && Array.isArray(node.args) && node.args[0] === 'has';
    if (!isHas || macro === undefined || macro.args[0]?.op !== '.') return;
    macro.typeCheck = typeCheck;
    macro.evaluate = evaluate;
  });
}

function typeCheck(checker: Checker, { args: [field] }: Macro, context: unknown): unknown {
  checker.check(field, context);
  return checker.getType('bool');
}

function evaluate(evaluator: Evaluator, { args: [field] }: Macro, context: unknown): boolean {
  const node = field as Node;
  const [owner, name] = node.args as readonly [unknown, unknown];
  const value = evaluator.run(owner, context);
  return evaluator.debugType(value).fieldLazy(value, name, node, evaluator) !== undefined;
}
