/** What a template may name. */
export type Values = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

const action = /\{\{-?\s*(.*?)\s*-?\}\}/gs;
const chain = /^(?:\.[A-Za-z_]\w*)+$/;
const indexed = /^index\s+(\.[A-Za-z_]\w*)\s+"([^"\\]*)"$/;

/**
 * Expands the fields that a Go template names (`{{.Name}}`, `{{ .Labels.x }}`, `{{index .Annotations "a/b"}}`): all that the templates
 * of runtimes and of host names use. What is absent from a map reads `<no value>`, as text/template writes it.
 * @throws Error for anything else a template can say.
 */
export function expanded(template: string, values: Values): string {
  const text = template.replace(action, (_, inner: string) => valueOf(inner, values));
  if (text.includes('{{') && template.indexOf('{{') >= 0 && template.replace(action, '').includes('{{')) {
    throw new Error(`unclosed action in ${JSON.stringify(template)}`);
  }
  return text;
}

function valueOf(inner: string, values: Values): string {
  const lookup = indexed.exec(inner);
  const [, path = '', name] = lookup ?? [undefined, inner, undefined];
  if (!chain.test(path)) throw new Error(`cannot evaluate {{${inner}}}: only fields can be named`);
  const [field = '', ...rest] = path.slice(1).split('.');
  const keys = name === undefined ? rest : [name];
  const value = Object.hasOwn(values, field) ? values[field] : undefined;
  if (value === undefined) throw new Error(`can't evaluate field ${field}`);
  if (typeof value === 'string' && keys.length === 0) return value;
  const [key, ...deeper] = keys;
  if (typeof value === 'string' || key === undefined || deeper.length > 0) {
    throw new Error(`can't evaluate ${inner}`);
  }
  if (Object.hasOwn(value, key)) return value[key] as string;
  return name === undefined ? '<no value>' : '';
}

/** The same, in every text of a value. */
export function expandedDeeply<T>(value: T, values: Values): T {
  return deeply(value, values) as T;
}

function deeply(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return expanded(value, values);
  if (Array.isArray(value)) return value.map(item => deeply(item, values));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deeply(item, values)]));
}
