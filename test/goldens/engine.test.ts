import { describeEngine, type EngineExample } from '../../src/model/engines/engine.contract.ts';
import { tabular } from '../../src/model/engines/tabular/index.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { planOf } from './ask.ts';
import { findCase } from './corpus.ts';
import { tensorsOf } from './tensors.ts';

/** One model of each kind of estimator, and the one whose answer depends on all rows of the call. */
const examples = [
  ['1.9.1', 'svc-rbf-iris'],
  ['1.9.1', 'svc-proba-five'],
  ['0.20.4', 'svc-five-ovr'],
  ['1.6.1', 'logistic-multinomial-string'],
  ['1.9.1', 'forest-several-outputs'],
  ['1.4.2', 'forest-regressor-several'],
  ['1.2.2', 'bayes-wine'],
  ['1.9.1', 'pipeline-svc-proba'],
  ['0.24.2', 'linear-several'],
] as const;

function rowOf(tensor: NamedTensor, row: number): NamedTensor {
  const width = tensor.shape[1] as number;
  const data = (tensor.data as Float64Array).slice(row * width, (row + 1) * width);
  return { ...tensor, shape: [1, width], data };
}

async function example(version: string, name: string): Promise<EngineExample> {
  const { corpus, entry } = findCase(version, name);
  const [run] = corpus.runs(entry);
  if (run === undefined) throw new Error(`no run of ${name}`);
  const [tensor] = tensorsOf(run.input) as [NamedTensor];
  const rows = Array.from({ length: 9 }, (_, row) => [rowOf(tensor, row)]);
  const batch = [
    {
      ...tensor,
      shape: [9, tensor.shape[1] as number],
      data: (tensor.data as Float64Array).slice(0, 9 * (tensor.shape[1] as number)),
    },
  ];
  return { name: `${name} of ${version}`, plan: await planOf(corpus, entry), rows, batch };
}

describeEngine('tabular', async () => ({
  engine: tabular,
  examples: await Promise.all(examples.map(([version, name]) => example(version, name))),
}));
