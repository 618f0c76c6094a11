import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import type { Schema, ValidationRule } from '../schema.ts';
import { govern, eachNode } from './budget.ts';
import { type CelFailure, compileFault } from './faults.ts';
import { widenHas } from './has.ts';
import { celLibrary, safeMatches } from './library.ts';
import { CelTypes } from './objects.ts';

/** An expression that can be asked, or why it cannot. */
export type Program =
  | { readonly ask: (context: Record<string, unknown>) => unknown; readonly usesOldSelf: boolean }
  | { readonly fault: string };

export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program: Program;
  readonly message: Program | undefined;
}

/** The rules of a part of a custom kind, compiled when they are first asked; one environment with all types below. */
export class RuleCompiler {
  readonly types: CelTypes;
  readonly #environment: Environment;
  readonly #compiled = new Map<readonly ValidationRule[], readonly CompiledRule[]>();

  constructor(schema: Schema, root: boolean) {
    this.#environment = celLibrary().clone();
    this.types = new CelTypes(this.#environment);
    // Every type is made before the first copy is: an environment that has been copied takes no more.
    this.#declare(this.types.effective(schema, root), new Set());
  }

  #declare(schema: Schema, seen: Set<Schema>): void {
    if (seen.has(schema)) return;
    seen.add(schema);
    this.types.nameOf(schema);
    const { properties, items, additionalProperties } = schema;
    for (const part of Object.values(properties ?? {})) this.#declare(part, seen);
    if (items !== undefined) this.#declare(items, seen);
    if (typeof additionalProperties === 'object') this.#declare(additionalProperties, seen);
  }

  /** @param schema As `types.effective` gives it. */
  rulesOf(schema: Schema, rules: readonly ValidationRule[]): readonly CompiledRule[] {
    let compiled = this.#compiled.get(rules);
    if (compiled === undefined) {
      compiled = rules.map(rule => this.#compile(schema, rule));
      this.#compiled.set(rules, compiled);
    }
    return compiled;
  }

  #compile(schema: Schema, rule: ValidationRule): CompiledRule {
    const type = this.types.nameOf(schema);
    if (type === undefined)
      return { rule, program: { fault: 'this schema has no type for rules' }, message: undefined };
    const old = rule.optionalOldSelf === true ? `optional<${type}>` : type;
    const environment = this.#environment
      .clone()
      .registerVariable('self', type)
      .registerVariable('oldSelf', old);
    const message =
      rule.messageExpression === undefined
        ? undefined
        : programOf(environment, rule.messageExpression, 'string');
    return { rule, program: programOf(environment, rule.rule, 'bool'), message };
  }
}

export function programOf(
  environment: Environment,
  source: string,
  wanted: 'bool' | 'string' | 'any',
): Program {
  let parsed: ParseResult;
  let usesOldSelf = false;
  try {
    parsed = environment.parse(source);
  } catch (error) {
    return { fault: `compilation failed: ${compileFault(error as CelFailure, source)}` };
  }
  eachNode(parsed.ast, node => {
    if (node.op === 'id' && node.args === 'oldSelf') usesOldSelf = true;
    if (node.op === 'rcall' && Array.isArray(node.args) && node.args[0] === 'matches')
      node.args[0] = safeMatches;
  });
  widenHas(parsed.ast);
  const { valid, type, error } = parsed.check();
  if (!valid) {
    const failure = error as unknown as CelFailure;
    const fault = compileFault(
      { ...pick(failure), summary: failure.summary.replaceAll(safeMatches, 'matches') },
      source,
    );
    return { fault: `compilation failed: ${fault}` };
  }
  if (wanted !== 'any' && type !== wanted && type !== 'dyn')
    return {
      fault:
        wanted === 'bool'
          ? 'cel expression must evaluate to a bool'
          : 'messageExpression must evaluate to a string',
    };
  govern(parsed.ast);
  return { ask: parsed, usesOldSelf };
}

function pick({ code, summary, node, range }: CelFailure): CelFailure {
  return { code, summary, node, range };
}
