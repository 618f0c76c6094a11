import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site, type Sizes } from '../kernel.ts';
import { metricOf, type Metric } from './metrics.ts';
import { distanceCost, fittedRows } from './metrics-cost.ts';
import { blockSearch, type BlockSearch } from './nearest-blocks.ts';
import { NearestHeap } from './nearest-heap.ts';
import { Partition } from './nearest-partition.ts';
import { ballBound, boxBound, treeOf, treeSearch } from './nearest-tree.ts';

type Search = (x: Float64Array, from: number, heap: NearestHeap) => void;

function scan(fitted: Float64Array, width: number, { rank }: Metric): Search {
  const count = fitted.length / width;
  return (x, from, heap) => {
    for (let at = 0; at < count; at++) {
      const found = rank(x, from, fitted, at * width);
      // A distance to a row with nothing in common is the farthest.
      heap.offer(found === found ? found : Infinity, at);
    }
  };
}

function searchOf(site: Site): Search {
  const width = widthOf(site);
  const fitted = arrayOf(site, 'fitted', 'f64');
  const metric = metricOf(site);
  const { search, levels, exponent } = site.node.attributes as {
    search: string;
    levels: number;
    exponent: number;
  };
  if (search === 'rows' || search === 'partition') return scan(fitted, width, metric);
  const tree = treeOf(fitted, arrayOf(site, 'places', 'i32'), width, levels);
  const bound =
    search === 'boxes'
      ? boxBound(tree, width, site.node.attributes['metric'] as string, exponent)
      : ballBound(tree, width, metric);
  return treeSearch(tree, width, metric, bound);
}

/** Makes codes of what a heap holds. */
interface Settlement {
  /** How many ranks a heap has to hold. */
  readonly held: number;
  /** @param from where the row starts that the heap is for, @param at where its codes go */
  readonly settle: (heap: NearestHeap, from: number, at: number) => void;
}

/** What a heap holds, or what a partition of all distances would leave where that is not decided by the distances. */
function settlementOf(site: Site): Settlement {
  const codes = site.target as Int32Array;
  const count = site.output.width;
  const take = (places: Int32Array, at: number): void => codes.set(places.subarray(0, count), at);
  const width = widthOf(site);
  const fitted = arrayOf(site, 'fitted', 'f64');
  const rows = fitted.length / width;
  if (site.node.attributes['search'] !== 'partition' || count === rows)
    return {
      held: count,
      settle(heap, _from, at) {
        heap.sort();
        take(heap.places, at);
      },
    };
  const x = matrixOf(site);
  const { rank } = metricOf(site);
  const partition = new Partition(rows);
  const chosen = new NearestHeap(count);
  return {
    held: count + 1,
    settle(heap, from, at) {
      heap.sort();
      if (heap.ranks[count] !== heap.ranks[count - 1]) {
        take(heap.places, at);
        return;
      }
      for (let row = 0; row < rows; row++) {
        const found = rank(x, from, fitted, row * width);
        partition.ranks[row] = found === found ? found : Infinity;
      }
      partition.run(count - 1);
      for (let place = 0; place < count; place++) {
        chosen.places[place] = partition.places[place] as number;
        chosen.ranks[place] = partition.ranks[partition.places[place] as number] as number;
      }
      chosen.sort();
      take(chosen.places, at);
    },
  };
}

/** Neighbours held while rows are looked for together, at most. */
const mostHeld = 2 ** 18;

/** Several rows at a time meet the fitted ones block by block. */
function nearestInBlocks(site: Site, blocks: BlockSearch): Kernel {
  const x = matrixOf(site);
  const width = widthOf(site);
  const count = site.output.width;
  const { held, settle } = settlementOf(site);
  const block = (site.target as Int32Array).length / count;
  const together = Math.max(1, Math.min(block, Math.floor(mostHeld / held)));
  const heaps = Array.from({ length: together }, () => new NearestHeap(held));
  const alone = scan(arrayOf(site, 'fitted', 'f64'), width, metricOf(site));
  const group = (first: number, now: number): void => {
    for (let row = 0; row < now; row++) (heaps[row] as NearestHeap).clear();
    if (now > 0) blocks.search(x, first * width, now, heaps);
    else {
      (heaps[0] as NearestHeap).clear();
      alone(x, first * width, heaps[0] as NearestHeap);
    }
    for (let row = 0; row < Math.max(1, now); row++)
      settle(heaps[row] as NearestHeap, (first + row) * width, (first + row) * count);
  };
  return rows => {
    for (let first = 0; first < rows;) {
      let now = 0;
      while (now < together && first + now < rows && blocks.accepts(x, (first + now) * width)) now++;
      group(first, now);
      first += Math.max(1, now);
    }
  };
}

function isOfSquares(metric: unknown): boolean {
  return metric === 'euclidean' || metric === 'euclideanProducts';
}

function nearest(site: Site): Kernel {
  const { metric, search: order } = site.node.attributes;
  if (isOfSquares(metric) && (order === 'rows' || order === 'partition')) {
    const blocks = blockSearch(
      arrayOf(site, 'fitted', 'f64'),
      widthOf(site),
      metricOf(site).rank,
      metric !== 'euclidean',
    );
    if (blocks !== undefined) return nearestInBlocks(site, blocks);
  }
  const x = matrixOf(site);
  const width = widthOf(site);
  const count = site.output.width;
  const { held, settle } = settlementOf(site);
  const heap = new NearestHeap(held);
  const search = searchOf(site);
  return rows => {
    for (let row = 0; row < rows; row++) {
      heap.clear();
      search(x, row * width, heap);
      settle(heap, row * width, row * count);
    }
  };
}

/** Rows that a tree is asked for, about, for a column: boxes of many columns are hardly ever far away. */
const metInTree = 100;

function nearestCost(sizes: Sizes): number {
  const { search, metric } = sizes.node.attributes;
  const rows = fittedRows(sizes);
  const kept = sizes.output.width * 1000;
  if (search === 'rows' || search === 'partition')
    return (
      kept +
      (isOfSquares(metric) ? rows * widthOf(sizes) * (sizes.many ? 0.15 : 0.4) : rows * distanceCost(sizes))
    );
  return kept + Math.min(rows, metInTree * 2 ** Math.min(widthOf(sizes), 30)) * distanceCost(sizes);
}

export const nearestKernels = defineKernels({ nearest: { cost: nearestCost, make: nearest } });
