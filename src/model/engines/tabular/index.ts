import { typesOf, type Plan } from '../../plan/index.ts';
import type { Engine } from '../index.ts';
import { layOut } from './layout.ts';
import { TabularExecutable } from './executable.ts';
import { loadKernels } from './kernels/index.ts';
import { openReaderOf } from './readers.ts';

export { tabularErrors } from './errors.ts';

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
