import { badRequest } from './status.ts';

interface Term {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Says which objects a field selector means. */
export interface FieldSelector {
  readonly terms: readonly Term[];
  /** `valueOf` gives a field of the object; every field named has one. */
  matches(valueOf: (field: string) => string): boolean;
  /** The value that a field must have, if one is asked for. */
  exact(field: string): string | undefined;
}

/**
 * Parses a field selector as clients write it (apimachinery's `fields.ParseSelector`).
 * @throws StatusError 400 when it cannot be understood.
 */
export function parseFieldSelector(text: string): FieldSelector {
  const terms = splitUnescaped(text)
    .filter(part => part !== '')
    .map(part => termOf(text, part));
  return {
    terms,
    matches: valueOf => terms.every(({ field, equal, value }) => (valueOf(field) === value) === equal),
    exact: field => terms.find(term => term.field === field && term.equal)?.value,
  };
}

function splitUnescaped(text: string): string[] {
  return text.match(/(?:\\[\s\S]|[^,\\]|\\$)+/g) ?? [];
}

function termOf(whole: string, part: string): Term {
  const match = /^((?:\\[\s\S]|[^=!\\]|!(?!=))*?)(!=|==|=)([\s\S]*)$/.exec(part);
  if (match === null) throw badRequest(`invalid selector: '${whole}'; can't understand '${part}'`);
  const [, field = '', operator = '', value = ''] = match;
  return { field, equal: operator !== '!=', value: unescaped(value) };
}

function unescaped(value: string): string {
  const bad = /(?:^|[^\\])(?:\\\\)*(?:\\[^\\,=]|[=])/.exec(value.replaceAll(/\\[\\,=]/g, ''));
  if (bad !== null)
    throw badRequest(`invalid field selector: invalid escape sequence or character in value: ${value}`);
  return value.replaceAll(/\\([\\,=])/g, '$1');
}
