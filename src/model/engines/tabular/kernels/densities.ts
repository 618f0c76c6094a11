import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';
import { distanceCost, fittedRows } from './metrics-cost.ts';
import { metricOf } from './metrics.ts';

/** Logarithms of the kernels of `sklearn.neighbors.KernelDensity`, not normalised; `at` is distance / bandwidth. */
const logKernels: Readonly<Record<string, (at: number) => number>> = {
  gaussian: at => -0.5 * at * at,
  exponential: at => -at,
  tophat: at => (at < 1 ? 0 : -Infinity),
  epanechnikov: at => (at < 1 ? Math.log(1 - at * at) : -Infinity),
  linear: at => (at < 1 ? Math.log(1 - at) : -Infinity),
  cosine: at => (at < 1 ? Math.log(Math.cos(0.5 * Math.PI * at)) : -Infinity),
};

function logSum(logs: Float64Array): number {
  let most = -Infinity;
  for (const log of logs) most = Math.max(most, log);
  if (most === -Infinity) return most;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  return most + Math.log(sum);
}

function logDensity(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const fitted = arrayOf(site, 'fitted', 'f64');
  const { kernel, bandwidth, shift } = site.node.attributes as {
    kernel: string;
    bandwidth: number;
    shift: number;
  };
  const weights = site.node.arrays['weights'] && arrayOf(site, 'weights', 'f64');
  const logWeights = weights && Float64Array.from(weights, Math.log);
  const { rank, distance } = metricOf(site);
  const logKernel = logKernels[kernel] as (at: number) => number;
  const logs = new Float64Array(fitted.length / width);
  return rows => {
    for (let row = 0; row < rows; row++) {
      for (let at = 0; at < logs.length; at++) {
        const log = logKernel(distance(rank(x, row * width, fitted, at * width)) / bandwidth);
        logs[at] = logWeights === undefined ? log : log + (logWeights[at] as number);
      }
      y[row] = logSum(logs) + shift;
    }
  };
}

/** `sklearn.neighbors.LocalOutlierFactor`: 1e-10 keeps rows that stand on their neighbours from dividing by 0. */
function outlierFactor(site: Site): Kernel {
  const distances = matrixOf(site);
  const codes = site.blocks[1] as Int32Array;
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const density = arrayOf(site, 'density', 'f64');
  const reach = arrayOf(site, 'reach', 'f64');
  return rows => {
    for (let row = 0; row < rows; row++) {
      let reached = 0;
      let dense = 0;
      for (let at = row * width; at < (row + 1) * width; at++) {
        const code = codes[at] as number;
        reached += Math.max(distances[at] as number, reach[code] as number);
        dense += density[code] as number;
      }
      y[row] = (dense / width) * (reached / width + 1e-10);
    }
  };
}

export const densityKernels = defineKernels({
  logDensity: {
    cost: sizes => fittedRows(sizes) * (distanceCost(sizes) + 20) + 20,
    make: logDensity,
  },
  outlierFactor: { cost: ({ inputs }) => (inputs[0]?.width ?? 1) * 3, make: outlierFactor },
});
