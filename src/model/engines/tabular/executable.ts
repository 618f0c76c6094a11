import type { NamedTensor } from '../../../tensor/index.ts';
import { originsOf, type NodeType, type OperatorName, type Plan } from '../../plan/index.ts';
import type { Executable, Feed } from '../index.ts';
import { blocksOf } from './blocks.ts';
import { Costs } from './costs.ts';
import { tabularErrors } from './errors.ts';
import { FeatureReader, type RequestReader, type Rows } from './features.ts';
import type { Block, Frame, Kernel, KernelRow, SurveyingKernel } from './kernel.ts';
import { layOut } from './layout.ts';
import { OutputWriter, type Answer } from './output.ts';

/** What has to be computed for a choice of outputs, in order. */
interface Program {
  readonly kernels: readonly Kernel[];
  /** The same for features that are float32, with the rounding that belongs to that. */
  readonly singles: readonly Kernel[];
  readonly outputs: readonly OutputWriter[];
  /** Steps that go through all blocks before the answer is computed; mostly none. */
  readonly surveys: readonly Survey[];
  /** Expected nanoseconds for a request. */
  readonly cost: (tensors: readonly NamedTensor[]) => number;
}

interface Survey {
  readonly kernel: SurveyingKernel;
  /** What its inputs are computed with, for float64 features and for float32. */
  readonly before: readonly Kernel[];
  readonly beforeSingle: readonly Kernel[];
}

/** Makes what reads a request of any columns into the memory of the nodes that hash them. */
export type OpenReader = (plan: Plan, blocks: readonly Block[]) => RequestReader;

function nothing(): void {}

/** Clients choose the outputs, so the number of prepared choices needs a bound. */
const mostPrograms = 64;

/**
 * Runs the kernels of a plan over blocks of rows. All memory but the answer's is made once; a call works through the
 * request block by block, every kernel of a block before the next block.
 */
export class TabularExecutable implements Executable {
  readonly feed: Feed;
  readonly #plan: Plan;
  readonly #blockRows: number;
  readonly #frame: Frame;
  readonly #reader: RequestReader;
  readonly #kernels: readonly (Kernel | SurveyingKernel)[];
  /** For a check that can wait until the next node has computed: that node, and the check if its answer calls for one. */
  readonly #late: ReadonlyMap<number, Kernel>;
  readonly #rounders: readonly (Kernel | undefined)[];
  readonly #writers: ReadonlyMap<string, OutputWriter>;
  readonly #programs = new Map<string, Program>();
  readonly #costs: Costs;

  /** @param openReader reads requests whose columns are not known beforehand */
  constructor(
    plan: Plan,
    types: readonly NodeType[],
    kernels: ReadonlyMap<OperatorName, KernelRow>,
    openReader?: OpenReader,
  ) {
    this.#plan = plan;
    this.#blockRows = layOut(types).rows;
    this.#frame = { first: 0, single: false };
    const blocks = blocksOf(plan, types, kernels, this.#blockRows);
    this.#reader = openReader?.(plan, blocks) ?? new FeatureReader(plan, types, blocks);
    const origins = originsOf(plan, types);
    this.#kernels = plan.nodes.map((node, index) =>
      (kernels.get(node.op) as KernelRow).make({
        node,
        inputs: node.inputs.map(input => types[input] as NodeType),
        output: types[index] as NodeType,
        blocks: node.inputs.map(input => blocks[input] as Block),
        target: blocks[index] as Block,
        buffer: plan.buffer,
        frame: this.#frame,
        place: (row, column, owner) =>
          this.#place(row, column, owner, origins[node.inputs[0] ?? index]?.[column]),
      }),
    );
    this.#late = lateChecks(plan, types, kernels, blocks, this.#kernels);
    this.#rounders = types.map((type, index) =>
      rounds(plan, type, index) ? rounderOf(blocks[index] as Float64Array, type.width) : undefined,
    );
    // Rows of other calls would change the answer of a kernel that looks at all rows.
    this.feed = this.#kernels.every(isPlain) ? 'rows' : 'single';
    this.#writers = new Map(
      plan.outputs.map((spec, index) => {
        const result = plan.results[index] as Plan['results'][number];
        return [
          spec.name,
          new OutputWriter(spec, result, plan.buffer, blocks[result.node] as Block),
        ] as const;
      }),
    );
    this.#costs = new Costs(plan, types, kernels);
  }

  cost(inputs: readonly NamedTensor[], outputs: readonly string[]): number {
    return this.#programFor(outputs).cost(inputs);
  }

  run(
    inputs: readonly NamedTensor[],
    outputs: readonly string[],
    checkpoint: () => void = nothing,
  ): readonly NamedTensor[] {
    const program = this.#programFor(outputs);
    try {
      return this.#compute(program, this.#reader.read(inputs), checkpoint);
    } finally {
      this.#reader.forget();
    }
  }

  #place(row: number, column: number, owner: string, origin: number | undefined): string {
    const number = this.#frame.first + row;
    return origin === undefined
      ? `row ${number}, column ${column} of what ${owner} is given`
      : this.#reader.place(number, origin);
  }

  #compute(program: Program, rows: Rows, checkpoint: () => void): readonly NamedTensor[] {
    this.#frame.single = rows.single;
    for (const survey of program.surveys) this.#survey(survey, rows, checkpoint);
    const answers = program.outputs.map(writer => writer.begin(rows.count));
    for (let first = 0; first < rows.count; first += this.#blockRows) {
      if (first > 0) checkpoint();
      this.#runBlock(program, rows, first, Math.min(this.#blockRows, rows.count - first), answers);
    }
    return answers.map((data, index) => (program.outputs[index] as OutputWriter).end(data, rows.count));
  }

  #runBlock(program: Program, rows: Rows, first: number, count: number, answers: readonly Answer[]): void {
    this.#frame.first = first;
    rows.fill(first, count);
    for (const kernel of rows.single ? program.singles : program.kernels) kernel(count);
    for (let index = 0; index < answers.length; index++)
      (program.outputs[index] as OutputWriter).copy(answers[index] as Answer, first, count);
  }

  #survey({ kernel, before, beforeSingle }: Survey, rows: Rows, checkpoint: () => void): void {
    const kernels = rows.single ? beforeSingle : before;
    kernel.begin();
    for (let first = 0; first < rows.count; first += this.#blockRows) {
      if (first > 0) checkpoint();
      const count = Math.min(this.#blockRows, rows.count - first);
      this.#frame.first = first;
      rows.fill(first, count);
      for (const earlier of kernels) earlier(count);
      kernel.survey(count);
    }
  }

  #programFor(outputs: readonly string[]): Program {
    const key = outputs.length === 1 ? (outputs[0] as string) : JSON.stringify(outputs);
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const program = this.#prepare(outputs);
    if (this.#programs.size < mostPrograms) this.#programs.set(key, program);
    return program;
  }

  #prepare(names: readonly string[]): Program {
    const outputs = names.map(name => this.#writers.get(name) ?? this.#unknownOutput(name));
    const needed = ancestors(
      this.#plan,
      outputs.map(output => output.node),
    );
    const kernels = this.#runsOf(needed);
    return {
      outputs,
      kernels,
      singles: this.#rounded(needed, kernels),
      surveys: this.#surveysOf(needed),
      cost: this.#costs.of([...this.#surveyed(needed), ...needed]),
    };
  }

  /** What is computed for surveys, once more than for the answer. */
  #surveyed(nodes: readonly number[]): readonly number[] {
    return nodes
      .filter(index => !isPlain(this.#kernels[index] as Kernel | SurveyingKernel))
      .flatMap(index => ancestors(this.#plan, this.#plan.nodes[index]?.inputs ?? []));
  }

  #runsOf(nodes: readonly number[]): readonly Kernel[] {
    return nodes.map((index, at) => {
      if (nodes[at + 1] === index + 1 && this.#late.has(index)) return nothing;
      const late = nodes[at - 1] === index - 1 ? this.#late.get(index - 1) : undefined;
      const kernel = late ?? (this.#kernels[index] as Kernel | SurveyingKernel);
      return isPlain(kernel) ? kernel : kernel.run;
    });
  }

  #rounded(nodes: readonly number[], kernels: readonly Kernel[]): readonly Kernel[] {
    return nodes.flatMap((node, at) => {
      const rounder = this.#rounders[node];
      return rounder === undefined ? [kernels[at] as Kernel] : [kernels[at] as Kernel, rounder];
    });
  }

  #surveysOf(nodes: readonly number[]): readonly Survey[] {
    return nodes.flatMap((index): Survey[] => {
      const kernel = this.#kernels[index] as Kernel | SurveyingKernel;
      if (isPlain(kernel)) return [];
      const inputs = ancestors(this.#plan, this.#plan.nodes[index]?.inputs ?? []);
      const before = this.#runsOf(inputs);
      return [{ kernel, before, beforeSingle: this.#rounded(inputs, before) }];
    });
  }

  #unknownOutput(name: string): never {
    const names = this.#plan.outputs.map(output => output.name);
    throw tabularErrors.make['output-unknown'](
      `the model has no output '${name}', expected one of: ${names.join(', ')}`,
    );
  }
}

/** Whether a node's result is rounded when features are float32; nodes that hand values on have them rounded already. */
function rounds(plan: Plan, type: NodeType, index: number): boolean {
  return type.kind === 'matrix' && type.single && plan.nodes[index]?.single === true;
}

function rounderOf(block: Float64Array, width: number): Kernel {
  return rows => {
    for (let at = 0; at < rows * width; at++) block[at] = Math.fround(block[at] as number);
  };
}

/** A kernel, and then the check of its input, if a row of its answer is not finite: the first column shows that. */
function withLateCheck(kernel: Kernel, check: Kernel, target: Float64Array, width: number): Kernel {
  return rows => {
    kernel(rows);
    let sum = 0;
    for (let at = 0; at < rows * width; at += width) sum += (target[at] as number) - (target[at] as number);
    if (sum !== 0) check(rows);
  };
}

function lateChecks(
  plan: Plan,
  types: readonly NodeType[],
  rows: ReadonlyMap<OperatorName, KernelRow>,
  blocks: readonly Block[],
  kernels: readonly (Kernel | SurveyingKernel)[],
): ReadonlyMap<number, Kernel> {
  const late = new Map<number, Kernel>();
  for (const [index, node] of plan.nodes.entries()) {
    const next = plan.nodes[index + 1];
    if (next === undefined || next.inputs[0] !== index || rows.get(next.op)?.spreads !== true) continue;
    if (rows.get(node.op)?.refuses?.(node) !== true) continue;
    const check = kernels[index] as Kernel;
    const kernel = kernels[index + 1] as Kernel;
    const target = blocks[index + 1] as Float64Array;
    late.set(index, withLateCheck(kernel, check, target, (types[index + 1] as NodeType).width));
  }
  return late;
}

function isPlain(kernel: Kernel | SurveyingKernel): kernel is Kernel {
  return typeof kernel === 'function';
}

/** The nodes that the given ones are computed from, themselves included, in order. */
function ancestors(plan: Plan, nodes: readonly number[]): number[] {
  const needed = new Set(nodes);
  for (let index = plan.nodes.length - 1; index >= 0; index--) {
    if (needed.has(index)) for (const input of plan.nodes[index]?.inputs ?? []) needed.add(input);
  }
  return [...needed].toSorted((a, b) => a - b);
}
