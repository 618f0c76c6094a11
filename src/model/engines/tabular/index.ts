import { typesOf, type OperatorName, type Plan } from '../../plan/index.ts';
import type { Engine } from '../index.ts';
import { layOut } from './layout.ts';
import { TabularExecutable, type OpenReader } from './executable.ts';
import { loadKernels } from './kernels/index.ts';

export { tabularErrors } from './errors.ts';

/** Who reads a request for the operators that take whatever columns it has; few models have one. */
const openReaders: Partial<Record<OperatorName, () => Promise<OpenReader>>> = {
  async hashColumns() {
    const { HashedColumns } = await import('./hashed-columns.ts');
    return (plan, blocks) => new HashedColumns(plan, blocks);
  },
  async labelSets() {
    const { LabelSets } = await import('./label-sets.ts');
    return (plan, blocks) => new LabelSets(plan, blocks);
  },
};

async function openReaderOf({ openColumns, nodes }: Plan): Promise<OpenReader | undefined> {
  if (openColumns !== true) return undefined;
  return nodes.map(({ op }) => openReaders[op]).find(open => open !== undefined)?.();
}

/** Computes plans of tabular operators, synchronously, in float64, on the calling thread. */
export const tabular: Engine = {
  accepts: plan => plan.kind === 'tabular',
  estimate: plan => plan.buffer.byteLength + layOut(typesOf(plan)).bytes,
  async compile(plan: Plan): Promise<TabularExecutable> {
    const types = typesOf(plan);
    const kernels = await loadKernels(new Set(plan.nodes.map(node => node.op)));
    return new TabularExecutable(plan, types, kernels, await openReaderOf(plan));
  },
};
