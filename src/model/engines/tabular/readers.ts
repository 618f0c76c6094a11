import type { OperatorName, Plan } from '../../plan/index.ts';
import type { OpenReader } from './executable.ts';

/** Who reads a request for the operators that take whatever columns it has; few models have one. */
const openReaders: Partial<Record<OperatorName, () => Promise<OpenReader>>> = {
  async hashColumns() {
    const { HashedColumns } = await import('./hashed-columns.ts');
    return (plan, blocks) => new HashedColumns(plan, blocks);
  },
  async eachRow() {
    const { CountedRows } = await import('./counted-rows.ts');
    return (plan, blocks) => new CountedRows(plan, blocks);
  },
  async labelSets() {
    const { LabelSets } = await import('./label-sets.ts');
    return (plan, blocks) => new LabelSets(plan, blocks);
  },
};

/** Who reads requests to a plan whose columns are not known beforehand; undefined for all others. */
export async function openReaderOf({ openColumns, nodes }: Plan): Promise<OpenReader | undefined> {
  if (openColumns !== true) return undefined;
  return nodes.map(({ op }) => openReaders[op]).find(open => open !== undefined)?.();
}
