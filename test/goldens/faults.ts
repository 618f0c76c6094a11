import {
  viewOf,
  type ArrayRef,
  type ArrayType,
  type Plan,
  type PlanNode,
} from '../../src/model/plan/index.ts';

/** A plan whose parts may be spoilt. */
type Spoilt = { -readonly [K in keyof Plan]: Plan[K] } & { nodes: Editable[] };
interface Editable extends Omit<PlanNode, 'attributes'> {
  attributes: Record<string, string | number | boolean>;
}

/** A copy that shares nothing with the plan. */
export function copyOf(plan: Plan): Spoilt {
  const { buffer, ...json } = plan;
  const copy = new SharedArrayBuffer(buffer.byteLength);
  new Uint8Array(copy).set(new Uint8Array(buffer));
  return { ...(JSON.parse(JSON.stringify(json)) as Omit<Plan, 'buffer'>), buffer: copy } as Spoilt;
}

/** What somebody could get wrong. `plant` spoils a copy and tells whether there was anything to spoil. */
export interface Fault {
  readonly name: string;
  plant(plan: Spoilt): boolean;
}

function arrayOf<T extends ArrayType>(plan: Spoilt, node: Editable, name: string, dtype: T) {
  return viewOf(plan.buffer, { ...(node.arrays[name] as ArrayRef), dtype });
}

/** Spoils every node of an operator. */
function everyNode(plan: Spoilt, op: string, spoil: (node: Editable) => boolean): boolean {
  return plan.nodes.filter(node => node.op === op).reduce((any, node) => spoil(node) || any, false);
}

function everyNumber(
  op: string,
  array: string,
  change: (value: number) => number,
  when: (node: Editable) => boolean = () => true,
) {
  return (plan: Spoilt): boolean =>
    everyNode(plan, op, node => {
      if (!when(node)) return false;
      const values = arrayOf(plan, node, array, 'f64');
      const before = values.slice();
      for (const [index, value] of before.entries()) values[index] = change(value);
      return before.some((value, index) => value !== values[index]);
    });
}

function everyAttribute(op: string, name: string, change: (value: never) => string | number | boolean) {
  return (plan: Spoilt): boolean =>
    everyNode(plan, op, node => {
      const before = node.attributes[name];
      node.attributes[name] = change(before as never);
      return node.attributes[name] !== before;
    });
}

interface Trees {
  readonly words: Int32Array;
  readonly size: number;
  readonly bits: number;
  readonly count: number;
}

function treesOf(plan: Spoilt, node: Editable): Trees {
  const [count, size] = (node.arrays['nodes'] as ArrayRef).shape as [number, number];
  return { words: arrayOf(plan, node, 'nodes', 'i32'), size, count, bits: node.attributes['bits'] as number };
}

function isLeaf({ words, size, bits }: Trees, index: number): boolean {
  return size === 2 ? (words[index * 2 + 1] as number) >> bits === 0 : words[index * 3 + 2] === 0;
}

function everySplit(change: (trees: Trees, index: number) => void) {
  return (plan: Spoilt): boolean =>
    everyNode(plan, 'trees', node => {
      const trees = treesOf(plan, node);
      let any = false;
      for (let index = 0; index < trees.count; index++) {
        if (isLeaf(trees, index)) continue;
        change(trees, index);
        any = true;
      }
      return any;
    });
}

function shiftKey(by: number) {
  return everySplit(({ words, size }, index) => {
    words[index * size] = (words[index * size] as number) + by;
  });
}

/** Exchanges two nodes that stand side by side, each with what hangs on it. */
function exchange({ words, size, bits }: Trees, left: number): void {
  const one = words.slice(left * size, (left + 1) * size);
  const other = words.slice((left + 1) * size, (left + 2) * size);
  const last = size - 1;
  const unit = size === 2 ? 1 << bits : 1;
  if ((one[last] as number) >= unit) one[last] = (one[last] as number) - unit;
  if ((other[last] as number) >= unit) other[last] = (other[last] as number) + unit;
  words.set(other, left * size);
  words.set(one, (left + 1) * size);
}

function swapChildrenOfRoots(plan: Spoilt): boolean {
  return everyNode(plan, 'trees', node => {
    const trees = treesOf(plan, node);
    let any = false;
    for (const root of arrayOf(plan, node, 'roots', 'i32')) {
      if (isLeaf(trees, root)) continue;
      exchange(trees, root + 1);
      any = true;
    }
    return any;
  });
}

/** Sends NaN the other way wherever a tree kept a direction. */
function turnMissing(plan: Spoilt): boolean {
  return everyNode(plan, 'trees', node => {
    if (node.attributes['missing'] !== true) return false;
    const trees = treesOf(plan, node);
    const columns = (1 << trees.bits) - 1;
    for (let index = 0; index < trees.count; index++) {
      if (isLeaf(trees, index) || trees.size !== 2) continue;
      const word = trees.words[index * 2 + 1] as number;
      const width = plan.inputs[0]?.shape[1] as number;
      const column = word & columns;
      trees.words[index * 2 + 1] = word - column + (column < width ? column + width : column - width);
    }
    return true;
  });
}

function swapLabels(plan: Spoilt): boolean {
  const result = plan.results.find(one => one.labels !== undefined);
  if (result?.labels === undefined) return false;
  if (result.labels.datatype === 'BYTES') {
    const strings = result.labels.strings as string[];
    [strings[0], strings[1]] = [strings[1] as string, strings[0] as string];
    return strings.length > 1;
  }
  const values = viewOf(plan.buffer, result.labels.array) as Float64Array;
  if (values.length < 2) return false;
  [values[0], values[1]] = [values[1] as number, values[0] as number];
  return true;
}

/** Puts another operator of the same inputs and width in the place of one. */
function replaceOperator(op: string, by: Pick<PlanNode, 'op' | 'attributes'>) {
  return (plan: Spoilt): boolean => {
    const index = plan.nodes.findIndex(node => node.op === op);
    if (index === -1) return false;
    plan.nodes[index] = { ...(plan.nodes[index] as Editable), ...by, attributes: { ...by.attributes } };
    return true;
  };
}

function isOperation(operation: string) {
  return (node: Editable): boolean => node.attributes['operation'] === operation;
}

export const faults: readonly Fault[] = [
  { name: 'the intercept of a linear model is dropped', plant: everyNumber('affine', 'bias', () => 0) },
  {
    name: 'the weights of a linear model are negated',
    plant: everyNumber('affine', 'weights', value => -value),
  },
  { name: 'the intercepts of pairs are dropped', plant: everyNumber('pairDecisions', 'intercepts', () => 0) },
  {
    name: 'the coefficients of pairs are negated',
    plant: everyNumber('pairDecisions', 'coefficients', value => -value),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'trees compare with < in place of <=', plant: shiftKey(-1) },
  { name: 'thresholds are a float32 step too high', plant: shiftKey(1) },
  { name: 'the children of each root are swapped', plant: swapChildrenOfRoots },
  { name: 'missing values go the other way', plant: turnMissing },
  {
    name: 'leaves are a hundred-thousandth off',
    plant: everyNumber('trees', 'leaves', value => value * 1.000_01),
  },
  {
    name: 'gamma is a hundredth too large',
    plant: everyAttribute('kernel', 'gamma', (value: number) => value * 1.01),
  },
  { name: 'coef0 is dropped', plant: everyAttribute('kernel', 'coef0', () => 0) },
  {
    name: 'the degree is one too high',
    plant: everyAttribute('kernel', 'degree', (value: number) => (value > 0 ? value + 1 : value)),
  },
  {
    name: 'Platt’s slope has the wrong sign',
    plant: everyNumber('pairProbabilities', 'slope', value => -value),
  },
  { name: 'Platt’s offset is dropped', plant: everyNumber('pairProbabilities', 'offset', () => 0) },
  {
    name: 'pairs are scaled by the other rule',
    plant: everyAttribute('pairToRest', 'scale', value => (value === 'row' ? 'call' : 'row')),
  },
  {
    name: 'the mean is not subtracted',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('subtract')),
  },
  { name: 'nothing is divided', plant: everyNumber('columnwise', 'operand', () => 1, isOperation('divide')) },
  {
    name: 'variances are a standard deviation',
    plant: everyNumber('gaussian', 'variance', value => Math.sqrt(value)),
  },
  { name: 'priors are dropped', plant: everyNumber('gaussian', 'logPrior', () => 0) },
  {
    name: 'the joint probability is not normalised',
    plant: replaceOperator('logNormalize', { op: 'map', attributes: { function: 'negate' } }),
  },
  {
    name: 'softmax is one sigmoid a class',
    plant: replaceOperator('softmax', { op: 'map', attributes: { function: 'sigmoid' } }),
  },
  {
    name: 'one sigmoid a class is softmax',
    plant: replaceOperator('normalizeRows', { op: 'softmax', attributes: {} }),
  },
  {
    name: 'the second probability comes first',
    plant: replaceOperator('twoSided', { op: 'twoSided', attributes: { form: 'negate' } }),
  },
  {
    name: 'a logarithm is an exponential',
    plant: everyAttribute('map', 'function', value => (value === 'log' ? 'exp' : value)),
  },
  {
    name: 'the decision of two classes is not turned round',
    plant: everyAttribute('map', 'function', value => (value === 'negate' ? 'exp' : value)),
  },
  { name: 'the threshold of a decision is off', plant: everyAttribute('above', 'threshold', () => 1e-3) },
];
