import type { ComputingModel } from '../repository/index.ts';

type Executable = ComputingModel['executable'];
type Tensor = Parameters<Executable['run']>[0][number];

/** Expected nanoseconds of computing, whatever a request asks for: for a row, and for each character of its texts. */
export interface MostCosts {
  readonly row: number;
  readonly character: number;
}

/** A text that is long enough for its length to be all that counts. */
const manyCharacters = 65_536;

function rowOf({ plan }: ComputingModel, text: string): readonly Tensor[] {
  return plan.inputs.map(({ name, shape }) => {
    const concrete = shape.map(dimension => (dimension < 0 ? 1 : dimension));
    const count = concrete.reduce((product, dimension) => product * dimension, 1);
    return {
      name,
      datatype: 'BYTES',
      shape: concrete,
      data: Array.from<string>({ length: count }).fill(text),
    };
  });
}

/** Costs of a model's dearest output. Pure. */
export function mostCosts(model: ComputingModel): MostCosts {
  const most = (text: string): number => {
    const inputs = rowOf(model, text);
    const costs = [...model.outputs].map(output => model.executable.cost(inputs, [output]));
    return costs.reduce((largest, cost) => Math.max(largest, cost), 0);
  };
  const row = most('');
  return { row, character: (most('x'.repeat(manyCharacters)) - row) / manyCharacters };
}
