import type { NamedTensor } from '../../../tensor/index.ts';
import type { NodeType, Plan } from '../../plan/index.ts';
import { tabularErrors } from './errors.ts';
import { numbersOf, type Copy } from './numbers.ts';

/** The rows of a request, to be read a block at a time. */
export interface Rows {
  readonly count: number;
  /** All features came as FP32. */
  readonly single: boolean;
  /** Writes rows `first` to `first + count` row-major into the start of `target`. */
  fill(target: Float64Array, first: number, count: number): void;
}

/** Rows of a tensor that is one column: `[rows]` or `[rows, 1]`. */
function isColumn({ shape }: NamedTensor): boolean {
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}

function shapeText({ shape }: NamedTensor): string {
  return `[${shape.join(', ')}]`;
}

const none: readonly NamedTensor[] = [];

/**
 * Reads the features of a request: one tensor `[rows, features]` of any numeric datatype and any name, or one tensor
 * `[rows]` or `[rows, 1]` for each feature, found by name when the model knows names, else taken in order.
 */
export class FeatureReader {
  /** Index of the plan's node that the features go to. */
  readonly node: number;
  readonly #width: number;
  readonly #owner: string;
  readonly #names: readonly string[] | undefined;
  /** Names of the tensors of the request that is being computed, for messages. */
  #tensors: readonly NamedTensor[] = none;

  constructor(plan: Plan, types: readonly NodeType[]) {
    this.node = plan.nodes.findIndex(node => node.op === 'input');
    this.#width = types[this.node]?.width ?? 0;
    this.#owner = String(plan.nodes[this.node]?.attributes['owner'] ?? '');
    this.#names = plan.featureNames;
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
    return this.#width > 1 && this.#names?.includes(tensor.name) === true;
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
    const copy = numbersOf(tensor, count * found);
    if (count === 0) this.#noRows(tensor);
    if (found !== width)
      throw tabularErrors.make['features-count'](
        `input '${name}': X has ${found} features, but ${this.#owner} is expecting ${width} features as input`,
      );
    return {
      count,
      single: tensor.datatype === 'FP32',
      fill: (target, first, rows) => copy(target, first * width, 1, rows * width, 0, 0),
    };
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
    const columns = this.#names === undefined ? this.#inOrder(tensors) : this.#byName(tensors, this.#names);
    const count = this.#commonCount(columns);
    const width = this.#width;
    const copies: readonly Copy[] = columns.map(column => numbersOf(column, count));
    this.#tensors = columns;
    return {
      count,
      single: columns.every(column => column.datatype === 'FP32'),
      fill(target, first, rows) {
        for (const [column, copy] of copies.entries()) copy(target, first, rows, 1, column, width);
      },
    };
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

  #byName(tensors: readonly NamedTensor[], names: readonly string[]): readonly NamedTensor[] {
    const given = new Map(tensors.map(tensor => [tensor.name, tensor]));
    const missing = names.filter(name => !given.has(name));
    const known = new Set(names);
    const unexpected = [...given.keys()].filter(name => !known.has(name));
    const problems = [
      ...(missing.length > 0 ? [`missing: ${listed(missing)}`] : []),
      ...(unexpected.length > 0 ? [`not seen in training: ${listed(unexpected)}`] : []),
      ...(given.size < tensors.length ? ['a name comes twice'] : []),
    ];
    if (problems.length > 0)
      throw tabularErrors.make['features-columns'](
        `the columns of the request do not match the ${names.length} features of ${this.#owner}: ${problems.join('; ')}`,
      );
    return names.map(name => given.get(name) as NamedTensor);
  }
}

const mostListed = 20;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostListed).map(name => `'${name}'`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
