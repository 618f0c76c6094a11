import { elementCount, type NamedTensor } from '../../../tensor/index.ts';
import {
  operators,
  viewOf,
  type NodeType,
  type OperatorName,
  type Plan,
  type PlanNode,
} from '../../plan/index.ts';
import { manyRows, type KernelRow, type Sizes } from './kernel.ts';

/** What of a request the time for a row depends on, besides the plan. */
interface Given {
  /** See `Sizes`. */
  readonly many: boolean;
  /** Columns of the request. */
  readonly columns: number;
  /** Characters of a row's texts, about, by feature. */
  characters(feature: number): number;
  /** Characters of all texts of a row, about, the names of columns among them. */
  allCharacters(): number;
}

/** A request of numbers alone. */
function numbersIn(many: boolean): Given {
  return { many, columns: 0, characters: () => 0, allCharacters: () => 0 };
}

/** Nanoseconds for a node of a call, whatever its rows. */
const nodeNanoseconds = 60;

/** Features whose texts a node hands on, by node; undefined where it hands on something else. */
type TextFeatures = readonly (readonly number[] | undefined)[];

function textFeaturesOf(plan: Plan, types: readonly NodeType[]): TextFeatures {
  const found: (readonly number[] | undefined)[] = [];
  for (const [index, node] of plan.nodes.entries())
    found.push(types[index]?.kind === 'texts' ? featuresOf(plan, node, found) : undefined);
  return found;
}

function featuresOf(plan: Plan, node: PlanNode, earlier: TextFeatures): readonly number[] {
  const list = (name: string): Int32Array | undefined => {
    const ref = node.arrays[name];
    return ref && viewOf(plan.buffer, { ...ref, dtype: 'i32' });
  };
  if (node.op === 'inputTexts') return [...(list('columns') ?? [])];
  const before = node.inputs.flatMap(input => earlier[input] ?? []);
  if (node.op !== 'textColumns') return before;
  return Array.from(list('indices') ?? [], at => before[at] as number);
}

function lengthOf(text: unknown): number {
  return typeof text === 'string' ? text.length : 0;
}

/** Characters of every `width`-th text from `first` on. */
function charactersIn({ data }: NamedTensor, first = 0, width = 1): number {
  if (!Array.isArray(data)) return 0;
  let sum = 0;
  for (let at = first; at < data.length; at += width) sum += lengthOf(data[at]);
  return sum;
}

/** @param rows of the request, 1 at least */
function givenOf(tensors: readonly NamedTensor[], names: readonly string[] | undefined, rows: number): Given {
  const [only, second] = tensors;
  const isMatrix = only !== undefined && second === undefined;
  const columns = isMatrix ? Math.max(1, Math.round(elementCount(only.shape) / rows)) : tensors.length;
  let byName: ReadonlyMap<string, NamedTensor> | undefined;
  const tensorOf = (feature: number): NamedTensor | undefined => {
    const name = names?.[feature];
    if (name === undefined) return tensors[feature];
    byName ??= new Map(tensors.map(tensor => [tensor.name, tensor]));
    return byName.get(name) ?? tensors[feature];
  };
  const count = (feature: number): number => {
    if (isMatrix) return charactersIn(only, feature, columns) / rows;
    const tensor = tensorOf(feature);
    return tensor === undefined ? 0 : charactersIn(tensor) / rows;
  };
  // Several nodes may ask, and each more than once.
  const counted: number[] = [];
  let all: number | undefined;
  return {
    many: rows >= manyRows,
    columns,
    characters: feature => (counted[feature] ??= count(feature)),
    allCharacters: () =>
      (all ??= tensors.reduce(
        (sum, tensor) => sum + (isMatrix ? 0 : tensor.name.length) + charactersIn(tensor) / rows,
        0,
      )),
  };
}

/** Rows of a request: the first dimension of its first tensor, 1 at least. */
function rowsOf(tensors: readonly NamedTensor[]): number {
  return Math.max(1, tensors[0]?.shape[0] ?? 1);
}

/** What the nodes of a plan are expected to take. */
export class Costs {
  readonly #plan: Plan;
  readonly #types: readonly NodeType[];
  readonly #kernels: ReadonlyMap<OperatorName, KernelRow>;
  /** Where the time for a row depends on the request. */
  readonly #texts: TextFeatures | undefined;

  constructor(plan: Plan, types: readonly NodeType[], kernels: ReadonlyMap<OperatorName, KernelRow>) {
    this.#plan = plan;
    this.#types = types;
    this.#kernels = kernels;
    const depends = types.some(({ kind }) => kind === 'texts') || plan.openColumns === true;
    this.#texts = depends ? textFeaturesOf(plan, types) : undefined;
  }

  /**
   * Nanoseconds that the nodes take for a request, as a function of its tensors: whatever does not depend on them is
   * worked out once.
   * @param nodes in the order of the plan, each with all that it is computed from; one may come twice
   */
  of(nodes: readonly number[]): (tensors: readonly NamedTensor[]) => number {
    const start = nodes.length * nodeNanoseconds;
    const texts = this.#texts;
    if (texts === undefined) {
      const [few, many] = [false, true].map(one => this.#sum(nodes, numbersIn(one), [])) as [number, number];
      return tensors => {
        const rows = rowsOf(tensors);
        return start + rows * (rows < manyRows ? few : many);
      };
    }
    return tensors => {
      const rows = rowsOf(tensors);
      return start + rows * this.#sum(nodes, givenOf(tensors, this.#plan.featureNames, rows), texts);
    };
  }

  #sum(nodes: readonly number[], given: Given, texts: TextFeatures): number {
    const values: number[] = [];
    let sum = 0;
    for (const index of nodes) {
      const node = this.#plan.nodes[index] as PlanNode;
      const kernel = this.#kernels.get(node.op) as KernelRow;
      const sizes = this.#sizesOf(index, given, texts, values);
      values[index] = valuesGiven(kernel, sizes);
      sum += kernel.cost(sizes);
    }
    return sum;
  }

  #sizesOf(index: number, given: Given, texts: TextFeatures, values: readonly number[]): Sizes {
    const node = this.#plan.nodes[index] as PlanNode;
    return {
      node,
      inputs: node.inputs.map(input => this.#types[input] as NodeType),
      output: this.#types[index] as NodeType,
      values: node.inputs.map(input => values[input] as number),
      columns: given.columns,
      many: given.many,
      // Counted for the few that ask.
      get characters() {
        if (operators[node.op].opens === true) return given.allCharacters();
        const features = node.inputs.flatMap(input => texts[input] ?? []);
        return features.reduce((sum, feature) => sum + given.characters(feature), 0);
      },
    };
  }
}

/** Values that are not 0 in a row of what a node gives, about. */
function valuesGiven(kernel: KernelRow, sizes: Sizes): number {
  const { width, kind } = sizes.output;
  if (kind !== 'sparse') return width;
  return Math.min(width, kernel.values?.(sizes) ?? sizes.values[0] ?? width);
}
