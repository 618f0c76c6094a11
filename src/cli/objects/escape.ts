/** Text that cannot steer a terminal (cli-runtime's `EscapeTerminal`). */
export function harmless(text: string): string {
  return text.replaceAll('\u001B', '^[').replaceAll('\r', String.raw`\r`);
}

/** A cell is one line: what follows a line break is left out and told by dots. */
export function cellText(value: unknown): string {
  const text = goText(value);
  const at = text.search(/[\f\n\r]/);
  return at === -1 ? harmless(text) : `${harmless(text.slice(0, at))}...`;
}

/** A JSON value as Go's `%v` prints it; nothing for a cell that is absent. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : goValue(value);
}

function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return `${value}`;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${fields.map(([key, one]) => `${key}:${goValue(one)}`).join(' ')}]`;
}
