import { isCoded, type NamedTensor } from '../../../tensor/index.ts';
import type { Plan } from '../../plan/index.ts';
import { tabularErrors } from './errors.ts';
import type { RequestReader, Rows } from './features.ts';
import type { Block } from './kernel.ts';

/** Reads how many rows a request has, and nothing else of it: any number of tensors, of any datatype and width. */
export class CountedRows implements RequestReader {
  readonly #targets: readonly Float64Array[];
  readonly #owner: string;

  /** @param blocks memory of each node; those that count rows are written */
  constructor(plan: Plan, blocks: readonly Block[]) {
    const nodes = plan.nodes.flatMap((node, index) => (node.op === 'eachRow' ? [{ node, index }] : []));
    this.#targets = nodes.map(({ index }) => blocks[index] as Float64Array);
    this.#owner = String(nodes[0]?.node.attributes['owner'] ?? '');
  }

  /** @throws `features-shape` for tensors without rows, of unlike numbers of rows, or that their data do not fill */
  read(tensors: readonly NamedTensor[]): Rows {
    const count = tensors[0]?.shape[0] ?? 0;
    if (count === 0)
      throw tabularErrors.make['features-shape'](`found no row, while ${this.#owner} needs one at least`);
    for (const tensor of tensors) checkRows(tensor, count, tensors[0]?.name ?? '');
    return {
      count,
      single: false,
      fill: (_first, rows) => {
        for (const target of this.#targets) target.fill(0, 0, rows);
      },
    };
  }

  forget(): void {}

  place(row: number): string {
    return `row ${row}`;
  }
}

function checkRows({ name, shape, data }: NamedTensor, count: number, first: string): void {
  const text = `[${shape.join(', ')}]`;
  if (shape[0] !== count)
    throw tabularErrors.make['features-shape'](
      `input '${name}' has shape ${text}, but '${first}' has ${count} rows`,
    );
  const elements = shape.reduce((product, size) => product * size, 1);
  const found = isCoded(data) ? data.codes.length : data.length;
  // Rows of no columns would be as many as somebody says.
  if (found !== elements || elements < count)
    throw tabularErrors.make['features-shape'](
      `input '${name}' has ${found} elements, its shape ${text} has ${elements}, and each of ${count} rows needs one at least`,
    );
}
