import type { NamedTensor } from '../../../tensor/index.ts';
import type { Plan, PlanNode } from '../../plan/index.ts';
import { tabularErrors } from './errors.ts';
import type { RequestReader, Rows } from './features.ts';
import { arrayOf, textListOf, type Block } from './kernel.ts';
import { numbersOf, textsIn } from './numbers.ts';

type Label = string | number | null;

interface Sink {
  readonly classes: ReadonlyMap<Label, number>;
  readonly texts: boolean;
  readonly refuses: boolean;
  readonly target: Float64Array;
}

/** A place of labels in all rows: what stands there in a row. */
interface Labels {
  readonly name: string;
  readonly of: (row: number) => Label;
}

function sinkOf(node: PlanNode, { buffer }: Plan, target: Block): Sink {
  const site = { node, buffer };
  const texts = node.arrays['classes'] !== undefined;
  const classes: readonly Label[] = texts
    ? textListOf(site, 'classes')
    : [...arrayOf(site, 'numbers', 'f64')];
  return {
    classes: new Map(classes.map((label, column) => [label, column])),
    texts,
    refuses: node.attributes['unknown'] === 'refuse',
    target: target as Float64Array,
  };
}

function shown(label: Label): string {
  const text = JSON.stringify(label);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

const longestShown = 60;

/**
 * Reads rows that are sets of labels: one tensor `[rows, labels]` of any width, or one `[rows]` or `[rows, 1]` for each place.
 * A row with fewer labels has null, or NaN, in the places that it does not need; a label may come twice.
 */
export class LabelSets implements RequestReader {
  readonly #sinks: readonly Sink[];
  readonly #owner: string;

  /** @param blocks memory of each node; those of sets of labels are written */
  constructor(plan: Plan, blocks: readonly Block[]) {
    const nodes = plan.nodes.flatMap((node, index) => (node.op === 'labelSets' ? [{ node, index }] : []));
    this.#sinks = nodes.map(({ node, index }) => sinkOf(node, plan, blocks[index] as Block));
    this.#owner = String(nodes[0]?.node.attributes['owner'] ?? '');
  }

  /** @throws `features-shape`, `features-datatype`, and `category-unknown` while rows are filled */
  read(tensors: readonly NamedTensor[]): Rows {
    const count = tensors[0]?.shape[0] ?? 0;
    if (count === 0)
      throw tabularErrors.make['features-shape'](`found no row, while ${this.#owner} needs one at least`);
    this.#checkShapes(tensors, count);
    const places = this.#sinks.map(sink => tensors.flatMap(tensor => labelsOf(tensor, count, sink.texts)));
    return {
      count,
      single: false,
      fill: (first, rows) => {
        for (const [index, sink] of this.#sinks.entries()) this.#fill(sink, places[index] ?? [], first, rows);
      },
    };
  }

  forget(): void {}

  place(row: number): string {
    return `row ${row}`;
  }

  #checkShapes(tensors: readonly NamedTensor[], count: number): void {
    const most = tensors.length === 1 ? Infinity : 1;
    for (const { name, shape } of tensors) {
      const isColumn = shape.length === 1 && tensors.length > 1;
      if (!isColumn && !(shape.length === 2 && (shape[1] as number) <= most))
        throw tabularErrors.make['features-shape'](
          `input '${name}' has shape [${shape.join(', ')}], expected [rows, labels]: each row is a list of labels, with null where it has fewer than others`,
        );
      if (shape[0] !== count)
        throw tabularErrors.make['features-shape'](
          `input '${name}' has ${String(shape[0])} rows, but '${tensors[0]?.name}' has ${count}`,
        );
    }
  }

  #fill({ classes, refuses, target }: Sink, places: readonly Labels[], first: number, rows: number): void {
    target.fill(0, 0, rows * classes.size);
    for (const { name, of } of places)
      for (let row = 0; row < rows; row++) {
        const label = of(first + row);
        if (label === null || Number.isNaN(label)) continue;
        const column = classes.get(label);
        if (column !== undefined) target[row * classes.size + column] = 1;
        else if (refuses)
          throw tabularErrors.make['category-unknown'](
            `input '${name}', row ${first + row}: ${shown(label)} is none of the ${classes.size} classes that ${this.#owner} was trained with`,
          );
      }
  }
}

function labelsOf(tensor: NamedTensor, count: number, texts: boolean): readonly Labels[] {
  const width = tensor.shape[1] ?? 1;
  const elements = count * width;
  const takes = 'this model takes labels that are';
  const labels: ArrayLike<Label> =
    texts && !isEmpty(tensor) ? textsIn(tensor, elements, takes) : asNumbers(tensor, elements, takes);
  return Array.from({ length: width }, (_, place) => ({
    name: tensor.name,
    of: (row: number) => labels[row * width + place] as Label,
  }));
}

/** Rows without any label are null, or nothing at all, which JSON has no datatype for: they come as floats. */
function isEmpty({ datatype, data }: NamedTensor): boolean {
  return datatype === 'FP64' && (data as Float64Array).every(Number.isNaN);
}

function asNumbers(tensor: NamedTensor, elements: number, takes: string): Float64Array {
  const numbers = new Float64Array(elements);
  numbersOf(tensor, elements, takes)(numbers, 0, 1, elements, 0, elements);
  return numbers;
}
