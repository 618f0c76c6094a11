/** How columns are laid out, in characters. */
export interface Layout {
  readonly least: number;
  readonly padding: number;
}

/** Tables of objects (cli-runtime's `GetNewTabWriter`). */
export const tableLayout: Layout = { least: 6, padding: 3 };
/** Descriptions (kubectl's `tabbedString`). */
export const descriptionLayout: Layout = { least: 0, padding: 2 };

/**
 * Lays out text whose cells end in tabs, as Go's `text/tabwriter` does: neighbouring lines that have a cell in a column share its
 * width; what follows the last tab of a line belongs to no column. Widths are remembered from flush to flush, and only grow.
 */
export class TabWriter {
  readonly #layout: Layout;
  readonly #remember: boolean;
  #remembered: number[] = [];
  #text = '';

  constructor(layout: Layout, remember = false) {
    this.#layout = layout;
    this.#remember = remember;
  }

  write(text: string): void {
    this.#text += text;
  }

  /** What was written since the last flush, laid out. */
  flush(): string {
    const lines = this.#text.split('\n').map(line => line.split('\t'));
    this.#text = '';
    const out: string[] = [];
    this.#format(lines, 0, lines.length, [], out);
    return out.join('\n');
  }

  forget(): void {
    this.#remembered = [];
  }

  #format(lines: readonly string[][], from: number, to: number, widths: number[], out: string[]): void {
    const column = widths.length;
    let written = from;
    for (let at = from; at < to; at++) {
      if (column >= (lines[at] as string[]).length - 1) continue;
      writeLines(lines, written, at, widths, out);
      const begin = at;
      while (at < to && column < (lines[at] as string[]).length - 1) at++;
      const width = this.#width(lines.slice(begin, at), column);
      this.#format(lines, begin, at, [...widths, width], out);
      written = at;
      at--;
    }
    writeLines(lines, written, to, widths, out);
  }

  #width(block: readonly string[][], column: number): number {
    const { least, padding } = this.#layout;
    const widths = block.map(line => lengthOf(line[column] as string) + padding);
    const wanted = widths.reduce((most, width) => Math.max(most, width), least);
    if (!this.#remember) return wanted;
    const width = Math.max(wanted, this.#remembered[column] ?? 0);
    this.#remembered[column] = width;
    return width;
  }
}

function writeLines(
  lines: readonly string[][],
  from: number,
  to: number,
  widths: readonly number[],
  out: string[],
): void {
  for (const cells of lines.slice(from, to)) {
    out.push(cells.map((cell, column) => padded(cell, widths[column] ?? 0)).join(''));
  }
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - lengthOf(cell)));
}

/** Characters as Go counts them. */
function lengthOf(text: string): number {
  // oxlint-disable-next-line typescript/no-misused-spread -- code points are what Go counts.
  return [...text].length;
}
