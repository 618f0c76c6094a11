/** Go's emitter breaks a line at the first space behind this column. */
const widest = 80;

/**
 * Breaks the long lines of written YAML where Go's library breaks them, at single spaces of plain and quoted texts. Blocks stay as
 * they are. The text is what `yaml` writes without breaking lines itself.
 * @param isPlain whether a text needs no double quotes for what it would be read as
 */
export function folded(yaml: string, isPlain: (text: string) => boolean): string {
  let block: number | undefined;
  const lines = yaml.split('\n').map(line => {
    const indent = line.length - line.trimStart().length;
    if (block !== undefined && (line.trim() === '' || indent > block)) return line;
    const { column, isKey } = placeOf(line, indent);
    const starts = /(^|: |- )\|[-+\d]*$/.test(line);
    block = starts ? (isKey ? column : column - 2) : undefined;
    if (starts) return line;
    const written = requoted(line, keyEnd(line, column), isPlain);
    return written.length <= widest ? written : foldLine(written, column, isKey);
  });
  return lines.join('\n');
}

/** In which column what a line says begins, behind the dashes of lists, and whether that is a key. */
function placeOf(line: string, indent: number): { column: number; isKey: boolean } {
  let column = indent;
  while (line.startsWith('- ', column)) column += 2;
  return { column, isKey: keyEnd(line, column) > column };
}

/** Where the value behind a key begins; `column` when there is none. */
function keyEnd(line: string, column: number): number {
  const key = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^"'\s](?:[^:]|:(?! |$))*): /.exec(line.slice(column));
  return key === null ? column : column + key[0].length;
}

/** Texts that `yaml` quotes doubly for the single quotes in them, and its escapes, as Go has them. */
function requoted(line: string, from: number, isPlain: (text: string) => boolean): string {
  const quoted = line.slice(from);
  if (!/^"(?:[^"\\]|\\.)*"$/.test(quoted)) return line;
  if (/^"(?:[^"\\]|\\["\\])*"$/.test(quoted)) {
    const text = JSON.parse(quoted) as string;
    if (isPlain(text)) return `${line.slice(0, from)}'${text.replaceAll("'", "''")}'`;
  }
  const escaped = quoted
    .replaceAll(/\\(.)/g, (both, one: string) => (one === ' ' ? ' ' : both))
    .replaceAll(/[\u{10000}-\u{10FFFF}]/gu, one => `\\U${codeOf(one)}`);
  return line.slice(0, from) + escaped;
}

function codeOf(char: string): string {
  return (char.codePointAt(0) as number).toString(16).toUpperCase().padStart(8, '0');
}

function foldLine(line: string, column: number, isKey: boolean): string {
  const from = keyEnd(line, column);
  const quote = line[from] === '"' || line[from] === "'" ? 1 : 0;
  const indent = ' '.repeat(isKey ? column + 2 : column);
  let text = '';
  let start = 0;
  let at = 0;
  for (let index = from + quote; index < line.length - quote; index++, at++) {
    const width = index - start + (start === 0 ? 0 : indent.length);
    if (line[index] !== ' ' || width <= widest || line[index - 1] === ' ' || line[index + 1] === ' ')
      continue;
    if (quote === 1 && (at === 0 || index === line.length - 2)) continue;
    text += `${line.slice(start, index)}\n${indent}`;
    start = index + 1;
  }
  return text + line.slice(start);
}
