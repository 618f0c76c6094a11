import { celEngine } from '../engines.ts';
import { isFields, setField, type Fields } from '../walk.ts';
import { isSpent, refill } from './budget.ts';
import { programOf } from './compile.ts';
import { optionalMark, withMaps } from './construction.ts';
import { celLibrary } from './library.ts';

/** An expression in CEL over values without a schema. */
export interface Expression {
  /**
   * @param variables As `celValue` gives them, or as another expression did.
   * @throws Error when the expression fails for these values, or takes too long.
   */
  ask(variables: Readonly<Record<string, unknown>>): unknown;
}

/** What an expression is to give: a condition, a text, or whatever it gives. */
export type Wanted = 'bool' | 'string' | 'any';

type Compiled = Expression | { readonly fault: string };

const compiled = new Map<string, Compiled>();
const remembered = 1024;

/**
 * Compiles an expression whose variables may be anything; it may make objects.
 * @returns why it cannot be compiled, in place of it.
 */
export function expressionOf(source: string, variables: readonly string[], wanted: Wanted): Compiled {
  const key = `${wanted} ${variables.join()} ${source}`;
  let known = compiled.get(key);
  if (known === undefined) {
    known = compile(source, variables, wanted);
    if (compiled.size >= remembered) compiled.clear();
    compiled.set(key, known);
  }
  return known;
}

function compile(source: string, variables: readonly string[], wanted: Wanted): Compiled {
  const environment = celLibrary().clone();
  for (const variable of variables) environment.registerVariable(variable, 'dyn');
  const program = programOf(environment, withMaps(source), wanted);
  if ('fault' in program) return program;
  return {
    ask: values => {
      const result = counted(() => program.ask(values));
      if (isSpent()) throw new Error('validation failed due to running out of cost budget');
      if (wanted === 'bool' && typeof result !== 'boolean') {
        throw new Error('cel expression must evaluate to a bool');
      }
      return result;
    },
  };
}

/** How many expressions are being asked: one may ask another by naming a variable. */
let asking = 0;

/** What an expression asks for on its way is paid by the one that was asked first. */
function counted(ask: () => unknown): unknown {
  if (asking === 0) refill();
  asking++;
  try {
    return ask();
  } finally {
    asking--;
  }
}

/** A value of JSON as expressions see it: whole numbers are integers. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, celValue(inner)]));
}

/** What an expression gave, as a value of JSON; optional fields are there if their values are. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map) return plainValue(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(plainValue);
  return isFields(value) ? plainFields(value) : value;
}

function plainFields(value: Fields): Fields {
  const { Optional } = celEngine();
  const result: Fields = {};
  for (const [key, inner] of Object.entries(value)) {
    if (!key.startsWith(optionalMark)) setField(result, key, plainValue(inner));
    else if (inner instanceof Optional && inner.hasValue()) {
      setField(result, key.slice(optionalMark.length), plainValue(inner.value()));
    }
  }
  return result;
}
