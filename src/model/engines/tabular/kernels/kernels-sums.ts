/** Sums over the columns of a row and a vector, written to `y` [rows, vectors]. */
export type Sums = (y: Float64Array, rows: number) => void;

/** How to add up rows of `x` and `count` vectors, each `width` wide. */
export type MakeSums = (x: Float64Array, vectors: Float64Array, count: number, width: number) => Sums;

// Four vectors at a time: their sums do not wait for each other, which makes it half as long again as one at a time. Each
// function has its own loop, so that the compiler puts its term into it.

function dotProducts(x: Float64Array, vectors: Float64Array, count: number, width: number): Sums {
  const fours = count - (count % 4);
  return (y, rows) => {
    for (let row = 0; row < rows; row++) {
      const from = row * width;
      const to = row * count;
      for (let vector = 0; vector < fours; vector += 4) {
        const first = vector * width;
        const second = first + width;
        const third = second + width;
        const fourth = third + width;
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let column = 0; column < width; column++) {
          const value = x[from + column] as number;
          a += value * (vectors[first + column] as number);
          b += value * (vectors[second + column] as number);
          c += value * (vectors[third + column] as number);
          d += value * (vectors[fourth + column] as number);
        }
        y[to + vector] = a;
        y[to + vector + 1] = b;
        y[to + vector + 2] = c;
        y[to + vector + 3] = d;
      }
      for (let vector = fours; vector < count; vector++) {
        let sum = 0;
        for (let column = 0; column < width; column++)
          sum += (x[from + column] as number) * (vectors[vector * width + column] as number);
        y[to + vector] = sum;
      }
    }
  };
}

function squaredDistances(x: Float64Array, vectors: Float64Array, count: number, width: number): Sums {
  const fours = count - (count % 4);
  return (y, rows) => {
    for (let row = 0; row < rows; row++) {
      const from = row * width;
      const to = row * count;
      for (let vector = 0; vector < fours; vector += 4) {
        const first = vector * width;
        const second = first + width;
        const third = second + width;
        const fourth = third + width;
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let column = 0; column < width; column++) {
          const value = x[from + column] as number;
          const fromFirst = value - (vectors[first + column] as number);
          const fromSecond = value - (vectors[second + column] as number);
          const fromThird = value - (vectors[third + column] as number);
          const fromFourth = value - (vectors[fourth + column] as number);
          a += fromFirst * fromFirst;
          b += fromSecond * fromSecond;
          c += fromThird * fromThird;
          d += fromFourth * fromFourth;
        }
        y[to + vector] = a;
        y[to + vector + 1] = b;
        y[to + vector + 2] = c;
        y[to + vector + 3] = d;
      }
      for (let vector = fours; vector < count; vector++) {
        let sum = 0;
        for (let column = 0; column < width; column++) {
          const difference = (x[from + column] as number) - (vectors[vector * width + column] as number);
          sum += difference * difference;
        }
        y[to + vector] = sum;
      }
    }
  };
}

/** One vector at a time, for what is seldom asked. */
function byTerm(term: (x: number, vector: number) => number): MakeSums {
  return (x, vectors, count, width) => (y, rows) => {
    for (let row = 0; row < rows; row++)
      for (let vector = 0; vector < count; vector++) {
        let sum = 0;
        for (let column = 0; column < width; column++)
          sum += term(x[row * width + column] as number, vectors[vector * width + column] as number);
        y[row * count + vector] = sum;
      }
  };
}

const manhattan = byTerm((x, vector) => Math.abs(x - vector));

/** `sklearn.metrics.pairwise.additive_chi2_kernel` */
const chiSquared = byTerm((x, vector) => {
  const total = x + vector;
  return total === 0 ? 0 : (-(x - vector) * (x - vector)) / total;
});

const byFunction: Readonly<Record<string, MakeSums>> = {
  rbf: squaredDistances,
  laplacian: manhattan,
  additiveChi2: chiSquared,
  chi2: chiSquared,
};

/** What a kernel function is computed from: dot products unless it is one of distances. */
export function sumsOf(name: string): MakeSums {
  return byFunction[name] ?? dotProducts;
}
