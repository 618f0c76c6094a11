import { TabularExecutable } from '../../src/model/engines/tabular/executable.ts';
import type { Kernel, KernelRow, Site } from '../../src/model/engines/tabular/kernel.ts';
import { loadKernels } from '../../src/model/engines/tabular/kernels/index.ts';
import { openReaderOf } from '../../src/model/engines/tabular/readers.ts';
import { typesOf, type OperatorName, type Plan, type PlanNode } from '../../src/model/plan/index.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';

/** What a node of a plan was expected to take for a row, and what it took for a call: nanoseconds. */
interface Entry {
  readonly op: OperatorName;
  expected: number;
  /** In this call. */
  now: number;
  least: number;
}

/** A model whose operators are timed one by one. */
export interface Clocked {
  readonly outputs: Plan['outputs'];
  cost(inputs: readonly NamedTensor[], output: string): number;
  call(inputs: readonly NamedTensor[], output: string): void;
  /** What was asked for since the last `reset`, by node, for calls of so many rows. */
  nodes(
    rows: number,
  ): readonly { readonly op: string; readonly expected: number; readonly measured: number }[];
  reset(): void;
}

/** Nanoseconds that this process has computed: whatever else runs on the machine does not count. Exact to a microsecond. */
export function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** What looking at the clock takes. */
function ownNanoseconds(): number {
  let least = Infinity;
  for (let time = 0; time < 1000; time++) {
    const before = computed();
    least = Math.min(least, computed() - before);
  }
  return least;
}

const own = ownNanoseconds();

function timedKernel(kernel: Kernel, entry: Entry): Kernel {
  return rows => {
    const before = computed();
    kernel(rows);
    entry.now += Math.max(0, computed() - before - own);
  };
}

class Ledger {
  readonly entries = new Map<PlanNode, Entry>();

  of(node: PlanNode): Entry {
    const known = this.entries.get(node);
    if (known !== undefined) return known;
    const entry = { op: node.op, expected: 0, now: 0, least: Infinity };
    this.entries.set(node, entry);
    return entry;
  }

  /** The same operators, which keep the ledger. */
  row(row: KernelRow): KernelRow {
    return {
      ...row,
      cost: sizes => (this.of(sizes.node).expected = row.cost(sizes)),
      make: (site: Site) => {
        const entry = this.of(site.node);
        const made = row.make(site);
        if (typeof made === 'function') return timedKernel(made, entry);
        return {
          begin: () => made.begin(),
          survey: timedKernel(made.survey, entry),
          run: timedKernel(made.run, entry),
        };
      },
    };
  }
}

export async function clocked(plan: Plan): Promise<Clocked> {
  const ledger = new Ledger();
  const kernels = await loadKernels(new Set(plan.nodes.map(node => node.op)));
  const rows = new Map([...kernels].map(([name, row]) => [name, ledger.row(row)] as const));
  const executable = new TabularExecutable(plan, typesOf(plan), rows, await openReaderOf(plan));
  return {
    outputs: plan.outputs,
    cost: (inputs, output) => executable.cost(inputs, [output]),
    call(inputs, output) {
      for (const entry of ledger.entries.values()) entry.now = 0;
      executable.run(inputs, [output]);
      for (const entry of ledger.entries.values())
        if (entry.now > 0) entry.least = Math.min(entry.least, entry.now);
    },
    nodes: count =>
      [...ledger.entries.values()]
        .filter(({ least }) => least < Infinity)
        .map(({ op, expected, least }) => ({ op, expected: expected * count, measured: least })),
    reset() {
      for (const entry of ledger.entries.values()) entry.least = Infinity;
    },
  };
}
