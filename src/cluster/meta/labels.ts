import { badRequest } from './status.ts';
import { labelValueFaults, qualifiedNameFaults } from './names.ts';

type Operator = 'in' | 'notin' | '=' | '!=' | 'exists' | '!' | '>' | '<';

interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>> | undefined;

/** Says which objects a label selector means. */
export interface LabelSelector {
  /** True when every object is meant. */
  readonly empty: boolean;
  matches(labels: Labels): boolean;
}

const everything: LabelSelector = { empty: true, matches: () => true };

/** `matchLabels` and `matchExpressions` of a LabelSelector object. */
export interface SelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

/** The selector of a LabelSelector object (meta/v1); an absent one means nothing, an empty one everything. */
export function selectorOf(object: SelectorObject | undefined): LabelSelector {
  if (object === undefined) return { empty: false, matches: () => false };
  const operators = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;
  const requirements: Requirement[] = Object.entries(object.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: '=',
    values: [value],
  }));
  for (const { key, operator, values = [] } of object.matchExpressions ?? []) {
    requirements.push({ key, operator: operators[operator], values });
  }
  return selectorFrom(requirements);
}

function selectorFrom(requirements: readonly Requirement[]): LabelSelector {
  if (requirements.length === 0) return everything;
  return { empty: false, matches: labels => requirements.every(one => holds(one, labels ?? {})) };
}

function holds({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'in':
    case '=':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case '>':
      return isInteger(value) && Number(value) > Number(values[0]);
    case '<':
      return isInteger(value) && Number(value) < Number(values[0]);
  }
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^[-+]?\d{1,19}$/.test(text);
}

/**
 * Parses a selector as clients write it in a query (apimachinery's `labels.Parse`, its errors included).
 * @throws StatusError 400 when it cannot be understood.
 */
export function parseLabelSelector(text: string): LabelSelector {
  return selectorFrom(new Parser(text).parse());
}

const symbols = new Set(['=', '!', '(', ')', ',', '>', '<']);
const operators = ['in', 'notin', '=', '==', '!=', '>', '<'];
/** As the real server lists them in messages. */
const operatorNames = 'in, notin, =, ==, !=, gt, lt';

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    if (this.#peek() === '') return requirements;
    for (;;) {
      const token = this.#peek();
      if (!isWord(token) && token !== '!') {
        throw refused(`found '${token}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.#requirement());
      const end = this.#next();
      if (end === '') return requirements;
      if (end !== ',') throw refused(`found '${end}', expected: ',' or 'end of string'`);
      const after = this.#peek();
      if (!isWord(after) && after !== '!') throw refused(`found '${after}', expected: identifier after ','`);
    }
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? '';
  }

  #requirement(): Requirement {
    const absent = this.#peek() === '!';
    if (absent) this.#next();
    const key = this.#next();
    if (!isWord(key)) throw refusedRequirement(`found '${key}', expected: identifier`);
    const faults = qualifiedNameFaults(key);
    if (faults.length > 0)
      throw refusedRequirement(`key: Invalid value: ${JSON.stringify(key)}: ${faults.join('; ')}`);
    if (absent) return { key, operator: '!', values: [] };
    const after = this.#peek();
    if (after === '' || after === ',') return { key, operator: 'exists', values: [] };
    return this.#compared(key, this.#next());
  }

  #compared(key: string, operator: string): Requirement {
    if (!operators.includes(operator)) {
      throw refusedRequirement(`found '${operator}', expected: ${operatorNames}`);
    }
    if (operator === 'in' || operator === 'notin') {
      return { key, operator, values: checkedValues(key, this.#values()) };
    }
    const values = checkedValues(key, [this.#exactValue()]);
    if ((operator === '>' || operator === '<') && !isInteger(values[0])) {
      const detail = `values[0]: Invalid value: ${JSON.stringify(values[0])}: for 'Gt', 'Lt' operators, the value must be an integer`;
      throw refusedRequirement(detail);
    }
    return { key, operator: operator === '==' ? '=' : (operator as Operator), values };
  }

  #exactValue(): string {
    const token = this.#peek();
    if (token === '' || token === ',') return '';
    this.#next();
    if (!isWord(token)) throw refusedRequirement(`found '${token}', expected: identifier`);
    return token;
  }

  #values(): string[] {
    const open = this.#next();
    if (open !== '(') throw refusedRequirement(`found '${open}' expected: '('`);
    const values: string[] = [];
    let wanted = true;
    for (;;) {
      const token = this.#next();
      if (token === ')') {
        if (wanted) values.push('');
        return [...new Set(values)];
      }
      if (token === ',') {
        if (wanted) values.push('');
        wanted = true;
      } else if (isWord(token) && wanted) {
        values.push(token);
        wanted = false;
      } else {
        throw refusedRequirement(`found '${token}', expected: ',', ')' or identifier`);
      }
    }
  }
}

function checkedValues(key: string, values: string[]): string[] {
  for (const [index, value] of values.entries()) {
    const faults = labelValueFaults(value);
    if (faults.length > 0) {
      const detail = `values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${faults.join('; ')}`;
      throw refusedRequirement(detail);
    }
  }
  return values;
}

function refused(message: string): Error {
  return badRequest(message);
}

function refusedRequirement(message: string): Error {
  return badRequest(`unable to parse requirement: ${message}`);
}

function isWord(token: string): boolean {
  return token !== '' && !symbols.has(token) && token !== '==' && token !== '!=';
}

function tokensOf(text: string): string[] {
  return text.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
}
