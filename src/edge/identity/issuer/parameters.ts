import { issuerErrors } from './errors.ts';

/** Names and values of a query or form; of each name there is one. */
export type Parameters = ReadonlyMap<string, string>;

/** No request of a login has so many. */
const most = 64;
/** Characters of a value: a sealed state that remembers a long address fits. */
const longest = 6 * 1024;

/**
 * Reads `application/x-www-form-urlencoded` text. A name that begins with `amp;` was pasted from HTML and is taken for what it
 * stands for.
 * @throws `login-parameter-invalid` when a name comes twice, or its text is not UTF-8 in percent encoding
 */
export function readParameters(text: string): Parameters {
  const pairs = text === '' ? [] : text.split('&', most + 1).filter(pair => pair !== '');
  if (pairs.length > most) throw invalid(`More than ${most} parameters were sent.`);
  const parameters = new Map<string, string>();
  for (const pair of pairs) {
    const [name, value] = readPair(pair);
    if (parameters.has(name)) throw invalid(`The parameter ${shown(name)} was sent twice; expected once.`);
    parameters.set(name, value);
  }
  return parameters;
}

function readPair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  const written = decoded(equals < 0 ? pair : pair.slice(0, equals));
  const name = written.startsWith('amp;') ? written.slice('amp;'.length) : written;
  const value = equals < 0 ? '' : decoded(pair.slice(equals + 1), name);
  if (value.length > longest)
    throw invalid(
      `The parameter ${shown(name)} has ${value.length} characters; expected ${longest} at most.`,
    );
  if (value.includes('\0')) throw invalid(`The parameter ${shown(name)} has a NUL; expected text.`);
  return [name, value];
}

function decoded(text: string, name?: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    const what = name === undefined ? 'A parameter’s name' : `The parameter ${shown(name)}`;
    throw invalid(`${what} is not well percent-encoded UTF-8: ${shown(text)}.`);
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function invalid(text: string): Error {
  return issuerErrors.make['login-parameter-invalid'](text);
}

/** Writes parameters in the order of their names, as Go does. */
export function writeParameters(parameters: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encoded(name)}=${encoded(value)}`],
  );
  return pairs.toSorted().join('&');
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
