import type { NamedTensor } from '../../../tensor/index.ts';
import { viewOf, type NodeType, type Plan, type PlanNode } from '../../plan/index.ts';
import { tabularErrors } from './errors.ts';
import type { Block, Texts } from './kernel.ts';
import { numbersOf, positionsOf, textsIn, type Copy, type Positions } from './numbers.ts';

/** The rows of a request, to be read a block at a time. */
export interface Rows {
  readonly count: number;
  /** All numeric features came as FP32. */
  readonly single: boolean;
  /** Writes rows `first` to `first + count` into the blocks of the plan's input nodes. */
  fill(first: number, count: number): void;
}

/** Reads the columns of a request. */
export interface RequestReader {
  read(tensors: readonly NamedTensor[]): Rows;
  /** Lets go of the request's tensors. */
  forget(): void;
  /** Words that find a value in the request being computed. */
  place(row: number, column: number): string;
}

/** Writes rows `first` to `first + count` into the start of one input node's block. */
type Fill = (first: number, count: number) => void;

/** An input node of the plan: what it reads, and where to. */
interface Sink {
  readonly texts: boolean;
  /** Features of the request; undefined for all of them. */
  readonly columns: Int32Array | undefined;
  readonly width: number;
  readonly block: Float64Array | Texts;
  /** For each column the texts that stand for numbers, where there are any. */
  readonly positions: readonly (ReadonlyMap<string, number> | undefined)[] | undefined;
  /** Other texts are refused. */
  readonly strict: boolean;
}

function positionsIn(plan: Plan, { arrays }: PlanNode): Sink['positions'] {
  const { categories, categoriesStarts, groups } = arrays;
  if (categories === undefined || categoriesStarts === undefined || groups === undefined) return undefined;
  const bytes = viewOf(plan.buffer, { ...categories, dtype: 'u8' });
  const starts = viewOf(plan.buffer, { ...categoriesStarts, dtype: 'i32' });
  const bounds = viewOf(plan.buffer, { ...groups, dtype: 'i32' });
  const textAt = (at: number): string => Buffer.from(bytes.slice(starts[at], starts[at + 1])).toString();
  return Array.from({ length: bounds.length - 1 }, (_, column) => {
    const first = bounds[column] as number;
    const count = (bounds[column + 1] as number) - first;
    if (count === 0) return undefined;
    return new Map(Array.from({ length: count }, (_text, at) => [textAt(first + at), at] as const));
  });
}

/** Rows of a tensor that is one column: `[rows]` or `[rows, 1]`. */
function isColumn({ shape }: NamedTensor): boolean {
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}

function shapeText({ shape }: NamedTensor): string {
  return `[${shape.join(', ')}]`;
}

function sinksOf(plan: Plan, types: readonly NodeType[], blocks: readonly Block[]): readonly Sink[] {
  return plan.nodes.flatMap((node, index): readonly Sink[] => {
    if (node.op !== 'input' && node.op !== 'inputTexts') return [];
    const ref = node.arrays['columns'];
    return [
      {
        texts: node.op === 'inputTexts',
        columns: ref && viewOf(plan.buffer, { ...ref, dtype: 'i32' }),
        width: types[index]?.width ?? 0,
        block: blocks[index] as Sink['block'],
        positions: positionsIn(plan, node),
        strict: node.attributes['unknown'] === 'refuse',
      },
    ];
  });
}

function ownerOf(plan: Plan): string {
  return String(
    plan.nodes.find(node => node.op === 'input' || node.op === 'inputTexts')?.attributes['owner'] ?? '',
  );
}

function columnsRead(sinks: readonly Sink[]): ReadonlySet<number> | undefined {
  if (sinks.some(({ columns }) => columns === undefined)) return undefined;
  return new Set(sinks.flatMap(({ columns }) => [...(columns ?? [])]));
}

const none: readonly NamedTensor[] = [];

/**
 * Reads the features of a request: one tensor `[rows, features]` of any name, or one tensor `[rows]` or `[rows, 1]` for each
 * feature, found by name when the model knows names, else taken in order. Numbers may have any numeric datatype, texts are
 * BYTES.
 */
export class FeatureReader implements RequestReader {
  readonly #sinks: readonly Sink[];
  readonly #width: number;
  readonly #owner: string;
  readonly #names: readonly string[] | undefined;
  readonly #lenient: boolean;
  readonly #further: boolean;
  /** Columns that some node reads; undefined when one reads them all. */
  readonly #read: ReadonlySet<number> | undefined;
  /** Tensors of the request that is being computed, for messages; undefined for a column that it lacks. */
  #tensors: readonly (NamedTensor | undefined)[] = none;

  /** @param blocks memory of each node; those of input nodes are written */
  constructor(plan: Plan, types: readonly NodeType[], blocks: readonly Block[]) {
    this.#sinks = sinksOf(plan, types, blocks);
    this.#width = plan.features;
    this.#owner = ownerOf(plan);
    this.#names = plan.featureNames;
    this.#lenient = plan.lenientColumns === true;
    this.#further = this.#lenient || plan.furtherColumns === true;
    this.#read = columnsRead(this.#sinks);
  }

  /** @throws `features-shape`, `features-datatype`, `features-count` or `features-columns` */
  read(tensors: readonly NamedTensor[]): Rows {
    const [only] = tensors;
    if (only === undefined)
      throw tabularErrors.make['features-shape'](`no input, expected ${this.#expected()}`);
    this.#tensors = tensors;
    if (tensors.length === 1 && !(isColumn(only) && this.#isNamed(only))) return this.#matrix(only);
    return this.#columns(tensors);
  }

  /** Lets go of the request's tensors. */
  forget(): void {
    this.#tensors = none;
  }

  /** Words that find a value in the request being computed. */
  place(row: number, column: number): string {
    const feature = this.#names?.[column];
    const [only, second] = this.#tensors;
    const tensor = second === undefined ? only : this.#tensors[column];
    const named = feature === undefined || feature === tensor?.name ? '' : ` '${feature}'`;
    return `input '${tensor?.name ?? ''}', row ${row}${second === undefined ? `, column ${column}${named}` : ''}`;
  }

  #expected(): string {
    return `one tensor of shape [rows, ${this.#width}] or one tensor of shape [rows] for each of ${this.#width} columns`;
  }

  #isNamed(tensor: NamedTensor): boolean {
    return (this.#width > 1 || this.#lenient) && this.#names?.includes(tensor.name) === true;
  }

  #matrix(tensor: NamedTensor): Rows {
    const { name, shape } = tensor;
    const width = this.#width;
    const count = shape[0] as number;
    if (shape.length !== 2 && !(shape.length === 1 && width === 1))
      throw tabularErrors.make['features-shape'](
        `input '${name}' has shape ${shapeText(tensor)}, expected ${this.#expected()}`,
      );
    const found = shape[1] ?? 1;
    const fills = this.#sinks.map(sink => this.#fillFromMatrix(sink, tensor, count * found, found));
    if (count === 0) this.#noRows(tensor);
    if (found !== width)
      throw tabularErrors.make['features-count'](
        `input '${name}': X has ${found} features, but ${this.#owner} is expecting ${width} features as input`,
      );
    return rowsOf(count, tensor.datatype === 'FP32', fills);
  }

  #fillFromMatrix(sink: Sink, tensor: NamedTensor, elements: number, found: number): Fill {
    const takes = this.#takes(sink);
    if (sink.texts) return textsFromMatrix(sink, textsIn(tensor, elements, takes), found);
    const { positions } = sink;
    if (tensor.datatype === 'BYTES' && positions?.every(one => one !== undefined) === true)
      return positionsFromMatrix(
        sink,
        positions.map((one, column) =>
          positionsOf(
            tensor,
            elements,
            takes,
            this.#positions(sink, one, tensor, index => [
              Math.floor(index / found),
              sink.columns?.[column] ?? column,
            ]),
          ),
        ),
        found,
      );
    return numbersFromMatrix(sink, numbersOf(tensor, elements, takes), found);
  }

  /** @param placeOf row and column of an element of the tensor */
  #positions(
    { strict }: Sink,
    of: ReadonlyMap<string, number>,
    { name }: NamedTensor,
    placeOf: (index: number) => readonly [row: number, column: number],
  ): Positions {
    if (!strict) return { of };
    const refuse = (text: string, index: number): never => {
      const [row, column] = placeOf(index);
      const shown = JSON.stringify(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);
      throw tabularErrors.make['category-unknown'](
        `input '${name}', row ${row}, column ${column}: ${shown} is none of the ${of.size} categories that ${this.#owner} was trained with there`,
      );
    };
    return { of, refuse };
  }

  /** Who reads the columns, for a message about their datatype. */
  #takes({ columns }: Sink): string {
    if (columns === undefined || columns.length === this.#width) return 'this model takes';
    const [column] = columns as unknown as readonly [number];
    return `column '${this.#names?.[column] ?? column}' takes`;
  }

  #noRows(tensor: NamedTensor): never {
    throw tabularErrors.make['features-shape'](
      `input '${tensor.name}': found array with 0 sample(s) (shape=${shapeText(tensor)}) while a minimum of 1 is required by ${this.#owner}`,
    );
  }

  #columns(tensors: readonly NamedTensor[]): Rows {
    for (const tensor of tensors) {
      if (!isColumn(tensor))
        throw tabularErrors.make['features-shape'](
          `input '${tensor.name}' of ${tensors.length} inputs has shape ${shapeText(tensor)}, expected ${this.#expected()}`,
        );
    }
    const unnamed = this.#names === undefined || tensors.every(tensor => tensor.unnamed === true);
    const columns = unnamed ? this.#inOrder(tensors) : this.#byName(tensors, this.#names ?? []);
    const count = this.#commonCount(tensors);
    this.#tensors = columns;
    const fills = this.#sinks.flatMap(sink => this.#fillsFromColumns(sink, columns, count));
    const numeric = columns.filter(column => column !== undefined && column.datatype !== 'BYTES');
    return rowsOf(count, numeric.length > 0 && numeric.every(column => column?.datatype === 'FP32'), fills);
  }

  #fillsFromColumns(
    sink: Sink,
    tensors: readonly (NamedTensor | undefined)[],
    count: number,
  ): readonly Fill[] {
    const features = sink.columns ?? Array(sink.width).keys();
    return Array.from(features, (feature, column) => {
      const tensor = tensors[feature];
      const takes = `column '${this.#names?.[feature] ?? feature}' takes`;
      if (sink.texts)
        return textColumn(sink, column, tensor === undefined ? undefined : textsIn(tensor, count, takes));
      if (tensor === undefined) return numberColumn(sink, column, undefined);
      const positions = tensor.datatype === 'BYTES' ? sink.positions?.[column] : undefined;
      const copy =
        positions === undefined
          ? numbersOf(tensor, count, takes)
          : positionsOf(
              tensor,
              count,
              takes,
              this.#positions(sink, positions, tensor, row => [row, feature]),
            );
      return numberColumn(sink, column, copy);
    });
  }

  #commonCount(columns: readonly NamedTensor[]): number {
    const [first] = columns as readonly [NamedTensor];
    const count = first.shape[0] as number;
    const odd = columns.find(column => column.shape[0] !== count);
    if (odd !== undefined)
      throw tabularErrors.make['features-shape'](
        `input '${odd.name}' has ${String(odd.shape[0])} rows, but '${first.name}' has ${count}`,
      );
    if (count === 0) this.#noRows(first);
    return count;
  }

  #inOrder(tensors: readonly NamedTensor[]): readonly NamedTensor[] {
    if (tensors.length !== this.#width)
      throw tabularErrors.make['features-count'](
        `${tensors.length} columns (${listed(tensors.map(tensor => tensor.name))}): X has ${tensors.length} features, but ${this.#owner} is expecting ${this.#width} features as input`,
      );
    return tensors;
  }

  #reads(column: number): boolean {
    return this.#read?.has(column) ?? true;
  }

  #byName(tensors: readonly NamedTensor[], names: readonly string[]): readonly (NamedTensor | undefined)[] {
    const given = new Map(tensors.map(tensor => [tensor.name, tensor]));
    const missing = this.#lenient
      ? []
      : names.filter((name, column) => this.#reads(column) && !given.has(name));
    const known = new Set(names);
    const unexpected = this.#further ? [] : [...given.keys()].filter(name => !known.has(name));
    const problems = [
      ...(missing.length > 0 ? [`missing: ${listed(missing)}`] : []),
      ...(unexpected.length > 0 ? [`not seen in training: ${listed(unexpected)}`] : []),
      ...(given.size < tensors.length ? ['a name comes twice'] : []),
      ...(this.#lenient && !names.some(name => given.has(name))
        ? [`none is known: ${listed([...given.keys()])}`]
        : []),
    ];
    if (problems.length > 0)
      throw tabularErrors.make['features-columns'](
        `the columns of the request do not match the ${names.length} features of ${this.#owner}: ${problems.join('; ')}`,
      );
    return names.map(name => given.get(name));
  }
}

function rowsOf(count: number, single: boolean, fills: readonly Fill[]): Rows {
  const [only, second] = fills;
  if (only !== undefined && second === undefined) return { count, single, fill: only };
  return {
    count,
    single,
    fill(first, rows) {
      for (const fill of fills) fill(first, rows);
    },
  };
}

function numbersFromMatrix({ columns, width, block }: Sink, copy: Copy, found: number): Fill {
  const target = block as Float64Array;
  if (columns === undefined) return (first, rows) => copy(target, first * width, 1, rows * width, 0, 0);
  return (first, rows) => {
    for (const [column, feature] of columns.entries())
      copy(target, first * found + feature, rows, 1, column, width, found - 1);
  };
}

/** @param copies one for each column */
function positionsFromMatrix({ columns, width, block }: Sink, copies: readonly Copy[], found: number): Fill {
  const target = block as Float64Array;
  return (first, rows) => {
    for (const [column, copy] of copies.entries())
      copy(target, first * found + (columns?.[column] ?? column), rows, 1, column, width, found - 1);
  };
}

function textsFromMatrix(
  { columns, width, block }: Sink,
  texts: readonly (string | null)[],
  found: number,
): Fill {
  const target = block as Texts;
  return (first, rows) => {
    for (const [column, feature] of (columns as Int32Array).entries())
      for (let row = 0; row < rows; row++)
        target[row * width + column] = texts[(first + row) * found + feature] as string | null;
  };
}

function numberColumn({ width, block }: Sink, column: number, copy: Copy | undefined): Fill {
  const target = block as Float64Array;
  if (copy !== undefined) return (first, rows) => copy(target, first, rows, 1, column, width);
  return (_, rows) => {
    for (let row = 0; row < rows; row++) target[row * width + column] = NaN;
  };
}

function textColumn(
  { width, block }: Sink,
  column: number,
  texts: readonly (string | null)[] | undefined,
): Fill {
  const target = block as Texts;
  return (first, rows) => {
    for (let row = 0; row < rows; row++) target[row * width + column] = texts?.[first + row] ?? null;
  };
}

const mostListed = 20;
const longestShown = 60;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostListed).map(name => `'${name}'`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
