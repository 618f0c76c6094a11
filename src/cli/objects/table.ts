import type { KubeObject } from '../../cluster/meta/index.ts';
import { cellText } from './escape.ts';
import type { TabWriter } from './tabs.ts';

/** A Table as the server prints a collection (`meta.k8s.io/v1`). */
export interface Table {
  readonly kind: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly columnDefinitions?: readonly Column[] | null;
  readonly rows?: readonly Row[] | null;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly priority?: number;
}

export interface Row {
  readonly cells: readonly unknown[];
  readonly object?: KubeObject;
}

export interface TableOptions {
  readonly wide: boolean;
  readonly headers: boolean;
  readonly namespace: boolean;
  /** `deployment.apps`, written before names; none when all rows are of one kind. */
  readonly kind?: string | undefined;
  readonly labels: boolean;
  /** Labels with a column of their own. */
  readonly labelColumns: readonly string[];
}

/** Prints Tables of one kind one after another: headers once, columns remembered for events that leave them out. */
export class TablePrinter {
  readonly #options: TableOptions;
  readonly #tabs: TabWriter;
  #columns: readonly Column[] = [];
  #headed = false;

  constructor(options: TableOptions, tabs: TabWriter) {
    this.#options = options;
    this.#tabs = tabs;
  }

  /** @param event the type of a watch event, for a column of its own */
  print({ columnDefinitions, rows }: Table, event?: string): void {
    const given = columnDefinitions ?? [];
    if (given.length > 0 && !sameColumns(given, this.#columns)) {
      this.#columns = given;
      this.#headed = false;
    }
    if (rows === null || rows === undefined || rows.length === 0) return;
    const lines = rows.map(row => [...(event === undefined ? [] : [event]), ...this.#cells(row)]);
    if (this.#options.headers && !this.#headed) {
      const headers = [...(event === undefined ? [] : ['EVENT']), ...this.#headers()];
      this.#write(padHeaders(headers, lines));
    }
    this.#headed = true;
    for (const line of lines) this.#write(line);
  }

  #write(cells: readonly string[]): void {
    this.#tabs.write(`${cells.join('\t')}\n`);
  }

  #headers(): string[] {
    const { namespace, labels, labelColumns } = this.#options;
    const shown = this.#shown().map(index => (this.#columns[index] as Column).name.toUpperCase());
    return [
      ...(namespace ? ['NAMESPACE'] : []),
      ...shown,
      ...labelColumns.map(label => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
      ...(labels ? ['LABELS'] : []),
    ];
  }

  #shown(): number[] {
    return this.#columns.flatMap(({ priority = 0 }, index) =>
      this.#options.wide || priority === 0 ? [index] : [],
    );
  }

  #cells({ cells, object }: Row): string[] {
    const { namespace, labels, labelColumns, kind } = this.#options;
    const about = object?.metadata;
    const nameColumn = this.#columns.findIndex(({ format, type }) => format === 'name' && type === 'string');
    const shown = this.#shown().map(index => {
      const text = cellText(cells[index]);
      return kind !== undefined && index === nameColumn ? `${kind}/${text}` : text;
    });
    return [
      ...(namespace ? [about?.namespace ?? ''] : []),
      ...shown,
      ...labelColumns.map(label => cellText(about?.labels?.[label])),
      ...(labels ? [labelsText(about?.labels)] : []),
    ];
  }
}

/** Go counts bytes when it makes headers as wide as their columns, characters when it lays them out. */
function padHeaders(headers: readonly string[], lines: readonly (readonly string[])[]): string[] {
  return headers.map((header, column) => {
    if (column === headers.length - 1) return header;
    const widths = lines.map(line => Buffer.byteLength(line[column] ?? ''));
    const widest = widths.reduce((most, width) => Math.max(most, width), 0);
    return header.padEnd(widest);
  });
}

function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every((column, index) => column.name === b[index]?.name);
}

/** `a=1,b=2`, sorted; `<none>` when there are none. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const texts = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return texts.length === 0 ? '<none>' : texts.toSorted().join(',');
}
