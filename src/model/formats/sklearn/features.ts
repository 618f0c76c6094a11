import {
  encodeCategories,
  type ColumnTexts,
  type NewLabels,
  type NodeType,
  type PlanBuilder,
} from '../../plan/index.ts';
import { sklearnErrors } from './errors.ts';

export type Kind = 'numbers' | 'texts';

/** The kind that all have in common. */
function commonKind(kinds: readonly (Kind | 'mixed' | undefined)[]): Kind | 'mixed' | undefined {
  const known = new Set(kinds.filter(kind => kind !== undefined));
  const [only] = known;
  return known.size > 1 ? 'mixed' : only;
}

/**
 * What an estimator is given: columns whose kind is settled by who asks for them. A column of a request is read as numbers
 * or as texts, whichever the first estimator that reads it takes.
 */
export interface Features {
  readonly width: number;
  /** Names of the columns in the data frame of training; undefined when they have none. */
  readonly names: readonly string[] | undefined;
  /** The node of a float64 matrix `[rows, width]`. */
  matrix(): number;
  /**
   * As `matrix`, where a column that comes as texts is read as their positions among its `categories`, and as NaN where
   * they are none of them, which `refuse` does not let pass. Only columns of the request can come so.
   */
  coded?(categories: ColumnTexts, unknown?: 'missing' | 'refuse'): number;
  /** A node that is a matrix or sparse rows, for an estimator that computes with both. */
  numbers(): number;
  /** The node of texts `[rows, width]`. */
  texts(): number;
  /** What the columns are; undefined where nobody has asked yet. */
  readonly kind: Kind | 'mixed' | undefined;
  /** Some of the columns, in the order given; a column may come several times. */
  select(columns: readonly number[]): Features;
  /** They are columns of the request itself: nothing has been made of them. */
  readonly ofRequest?: true;
  /** They are whatever a request names: no column of them can be asked for. */
  readonly open?: true | undefined;
  /** The library's array is of integers: what an estimator writes into one of its kind is cut to whole numbers. */
  readonly whole?: boolean;
  /** How they are answered when they go out; undefined for numbers as FP64 and texts as BYTES. */
  readonly answer?: Answer | undefined;
}

/** What the library's array is where it is no matrix of floats or texts. */
export interface Answer {
  /** The node to write; the features themselves when undefined. */
  readonly node?: number;
  readonly labels?: NewLabels;
  /** `[rows]` in place of `[rows, 1]`. */
  readonly vector?: boolean;
  readonly datatype?: 'FP32' | 'INT32' | 'INT64';
}

function wrongKind(found: string, wanted: string): never {
  throw sklearnErrors.make['sklearn-malformed'](`found ${found} where an estimator takes ${wanted}`);
}

function isAll(columns: readonly number[], width: number): boolean {
  return columns.length === width && columns.every((column, index) => column === index);
}

/** What is known of the request's columns, and the nodes that read them. */
class Request {
  readonly width: number;
  readonly names: readonly string[] | undefined;
  readonly nodes = new Map<string, number>();
  readonly kinds = new Map<number, Kind>();
  readonly open: true | undefined;

  constructor(width: number, names: readonly string[] | undefined, open?: true) {
    this.width = width;
    this.names = names;
    this.open = open;
  }
}

/** Columns of the request. Asked twice for the same columns it gives the same node. */
export class RequestFeatures implements Features {
  readonly ofRequest = true;
  readonly #builder: PlanBuilder;
  readonly #owner: string;
  readonly #request: Request;
  readonly #columns: readonly number[];

  private constructor(builder: PlanBuilder, owner: string, request: Request, columns: readonly number[]) {
    this.#builder = builder;
    this.#owner = owner;
    this.#request = request;
    this.#columns = columns;
  }

  /**
   * All columns of the request.
   * @param owner class that messages about them speak of
   */
  static all(
    builder: PlanBuilder,
    owner: string,
    width: number,
    names: readonly string[] | undefined,
    open?: true,
  ): RequestFeatures {
    const columns = Array.from({ length: width }, (_, column) => column);
    return new RequestFeatures(builder, owner, new Request(width, names, open), columns);
  }

  get open(): true | undefined {
    return this.#request.open;
  }

  get names(): readonly string[] | undefined {
    const { names } = this.#request;
    return names && this.#columns.map(column => names[column] as string);
  }

  get width(): number {
    return this.#columns.length;
  }

  get kind(): Kind | 'mixed' | undefined {
    return commonKind(this.#columns.map(column => this.#request.kinds.get(column)));
  }

  matrix(): number {
    return this.#node('numbers', () =>
      isAll(this.#columns, this.#request.width)
        ? this.#builder.add('input', [], { width: this.width, owner: this.#owner })
        : this.#builder.add(
            'input',
            [],
            { width: this.width, owner: this.#owner },
            { columns: Int32Array.from(this.#columns) },
          ),
    );
  }

  coded(categories: ColumnTexts, unknown: 'missing' | 'refuse' = 'missing'): number {
    const arrays = encodeCategories(categories);
    const node = this.#builder.add(
      'input',
      [],
      { width: this.width, owner: this.#owner, unknown },
      isAll(this.#columns, this.#request.width)
        ? arrays
        : { ...arrays, columns: Int32Array.from(this.#columns) },
    );
    for (const [at, column] of this.#columns.entries())
      this.#request.kinds.set(column, categories[at] === undefined ? 'numbers' : 'texts');
    return node;
  }

  numbers(): number {
    return this.matrix();
  }

  texts(): number {
    return this.#node('texts', () =>
      this.#builder.add(
        'inputTexts',
        [],
        { owner: this.#owner },
        { columns: Int32Array.from(this.#columns) },
      ),
    );
  }

  select(columns: readonly number[]): Features {
    const chosen = columns.map(column => this.#columns[column] as number);
    return new RequestFeatures(this.#builder, this.#owner, this.#request, chosen);
  }

  /** The kind that each column of the request was asked for; `numbers` where nobody has. */
  kinds(): readonly Kind[] {
    return Array.from(
      { length: this.#request.width },
      (_, column) => this.#request.kinds.get(column) ?? 'numbers',
    );
  }

  #node(kind: Kind, make: () => number): number {
    const key = `${kind} ${this.#columns.join()}`;
    const known = this.#request.nodes.get(key);
    if (known !== undefined) return known;
    for (const column of this.#columns) {
      const asked = this.#request.kinds.get(column) ?? kind;
      if (asked !== kind)
        return wrongKind(`column ${this.#request.names?.[column] ?? column} of ${asked}`, kind);
      this.#request.kinds.set(column, kind);
    }
    const node = make();
    this.#request.nodes.set(key, node);
    return node;
  }
}

/** What a node gives. */
class NodeFeatures implements Features {
  readonly names = undefined;
  readonly #builder: PlanBuilder;
  readonly #node: number;
  readonly #type: NodeType;
  readonly answer: Answer | undefined;
  readonly whole: boolean;
  #dense: number | undefined;

  constructor(builder: PlanBuilder, node: number, whole: boolean, answer?: Answer) {
    this.#builder = builder;
    this.#node = node;
    this.whole = whole;
    this.answer = answer;
    this.#type = builder.typeOf(node);
  }

  get width(): number {
    return this.#type.width;
  }

  get kind(): Kind {
    return this.#type.kind === 'texts' ? 'texts' : 'numbers';
  }

  matrix(): number {
    if (this.#type.kind === 'matrix') return this.#node;
    if (this.#type.kind !== 'sparse') return wrongKind(this.#type.kind, 'numbers');
    return (this.#dense ??= this.#builder.add('dense', [this.#node]));
  }

  numbers(): number {
    return this.#type.kind === 'sparse' ? this.#node : this.matrix();
  }

  texts(): number {
    return this.#type.kind === 'texts' ? this.#node : wrongKind(this.#type.kind, 'texts');
  }

  select(columns: readonly number[]): Features {
    if (isAll(columns, this.width)) return this;
    const op = this.#type.kind === 'texts' ? 'textColumns' : 'columns';
    const node = this.#builder.add(op, [this.#node], {}, { indices: Int32Array.from(columns) });
    return new NodeFeatures(this.#builder, node, this.whole);
  }
}

/** Columns of several origins side by side. */
class JoinedFeatures implements Features {
  readonly names = undefined;
  readonly #builder: PlanBuilder;
  readonly #parts: readonly Features[];
  readonly #nodes = new Map<string, number>();

  constructor(builder: PlanBuilder, parts: readonly Features[]) {
    this.#builder = builder;
    this.#parts = parts;
  }

  get width(): number {
    return this.#parts.reduce((sum, part) => sum + part.width, 0);
  }

  get kind(): Kind | 'mixed' | undefined {
    return commonKind(this.#parts.map(part => part.kind));
  }

  get whole(): boolean {
    return this.#parts.every(part => part.whole === true);
  }

  matrix(): number {
    return this.#once('matrix', () =>
      this.#builder.add(
        'concatenate',
        this.#parts.map(part => part.matrix()),
      ),
    );
  }

  numbers(): number {
    return this.#once('numbers', () => {
      const nodes = this.#parts.map(part => part.numbers());
      const sparse = nodes.some(node => this.#builder.typeOf(node).kind === 'sparse');
      return sparse ? this.#builder.add('concatenateSparse', nodes) : this.matrix();
    });
  }

  texts(): number {
    return this.#once('texts', () =>
      this.#builder.add(
        'concatenateTexts',
        this.#parts.map(part => part.texts()),
      ),
    );
  }

  select(columns: readonly number[]): Features {
    const origins = this.#parts.flatMap(part =>
      Array.from({ length: part.width }, (_, column) => [part, column] as const),
    );
    const groups: { readonly part: Features; readonly columns: number[] }[] = [];
    for (const column of columns) {
      const [part, at] = origins[column] as readonly [Features, number];
      const last = groups.at(-1);
      if (last?.part === part) last.columns.push(at);
      else groups.push({ part, columns: [at] });
    }
    return joined(
      this.#builder,
      groups.map(group => group.part.select(group.columns)),
    );
  }

  #once(kind: string, make: () => number): number {
    const known = this.#nodes.get(kind) ?? make();
    this.#nodes.set(kind, known);
    return known;
  }
}

/**
 * What a node gives, as what the next estimator is given.
 * @param answer how it is written when it goes out, where that is not a matrix of FP64 or texts
 * @param whole the library's array is of integers
 */
export function featuresOf(builder: PlanBuilder, node: number, answer?: Answer, whole = false): Features {
  return new NodeFeatures(builder, node, whole, answer);
}

/** Columns side by side; each keeps its kind. */
export function joined(builder: PlanBuilder, parts: readonly Features[]): Features {
  const filled = parts.filter(part => part.width > 0);
  const [only] = filled;
  return filled.length === 1 ? (only as Features) : new JoinedFeatures(builder, filled);
}
