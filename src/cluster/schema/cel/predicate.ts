import { celLibrary } from './library.ts';
import { programOf } from './compile.ts';
import { refill } from './budget.ts';

/** A condition in CEL over values without a schema. */
export interface Predicate {
  /** @throws Error when the expression fails for these values. */
  holds(variables: Readonly<Record<string, unknown>>): boolean;
}

const compiled = new Map<string, Predicate | { readonly fault: string }>();
const remembered = 512;

/**
 * Compiles a condition whose variables may be anything.
 * @returns why it cannot be compiled, in place of it.
 */
export function predicateOf(
  source: string,
  variables: readonly string[],
): Predicate | { readonly fault: string } {
  const key = `${variables.join()} ${source}`;
  let known = compiled.get(key);
  if (known === undefined) {
    known = compile(source, variables);
    if (compiled.size >= remembered) compiled.clear();
    compiled.set(key, known);
  }
  return known;
}

function compile(source: string, variables: readonly string[]): Predicate | { readonly fault: string } {
  const environment = celLibrary().clone();
  for (const variable of variables) environment.registerVariable(variable, 'dyn');
  const program = programOf(environment, source, 'bool');
  if ('fault' in program) return program;
  return {
    holds: values => {
      refill();
      const named = Object.entries(values).map(([name, value]) => [name, untyped(value)]);
      const result = program.ask(Object.fromEntries(named) as Record<string, unknown>);
      if (typeof result !== 'boolean') throw new Error('cel expression must evaluate to a bool');
      return result;
    },
  };
}

/** Whole numbers are integers to CEL. */
function untyped(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(untyped);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, untyped(inner)]));
}
