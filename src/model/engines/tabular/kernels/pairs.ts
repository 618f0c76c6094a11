import { exp } from '../exponential.ts';
import {
  arrayOf,
  defineKernels,
  matrixOf,
  widthOf,
  type Kernel,
  type Site,
  type SurveyingKernel,
} from '../kernel.ts';

function classesOf(pairs: number): number {
  return Math.round((1 + Math.sqrt(1 + 8 * pairs)) / 2);
}

/** libsvm's `svm_predict_values` for classification. */
function pairDecisions(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const vectors = widthOf(site);
  const pairs = site.output.width;
  const coefficients = arrayOf(site, 'coefficients', 'f64');
  const starts = arrayOf(site, 'starts', 'i32');
  const intercepts = arrayOf(site, 'intercepts', 'f64');
  const classes = starts.length - 1;

  /** Adds to `sum` the part of class `of` in a decision against the class whose coefficients stand in `line`. */
  function addPart(sum: number, from: number, of: number, line: number): number {
    const end = starts[of + 1] as number;
    let total = sum;
    for (let vector = starts[of] as number; vector < end; vector++)
      total += (coefficients[line * vectors + vector] as number) * (x[from + vector] as number);
    return total;
  }

  return rows => {
    for (let row = 0; row < rows; row++) {
      const from = row * vectors;
      let pair = 0;
      for (let first = 0; first < classes; first++) {
        for (let second = first + 1; second < classes; second++) {
          const sum = addPart(addPart(0, from, first, second - 1), from, second, first);
          y[row * pairs + pair] = sum + (intercepts[pair] as number);
          pair++;
        }
      }
    }
  };
}

/** libsvm's vote in `svm_predict_values`. */
function pairVotes(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Int32Array;
  const pairs = widthOf(site);
  const classes = classesOf(pairs);
  const votes = new Int32Array(classes);
  return rows => {
    for (let row = 0; row < rows; row++) {
      votes.fill(0);
      let pair = row * pairs;
      for (let first = 0; first < classes; first++) {
        for (let second = first + 1; second < classes; second++) {
          const winner = (x[pair++] as number) > 0 ? first : second;
          votes[winner] = (votes[winner] as number) + 1;
        }
      }
      let best = 0;
      for (let label = 1; label < classes; label++) {
        if ((votes[label] as number) > (votes[best] as number)) best = label;
      }
      y[row] = best;
    }
  };
}

/** Votes and summed decisions of each class for one row of pairs. */
class Tally {
  readonly votes: Float64Array;
  readonly sums: Float64Array;

  constructor(classes: number) {
    this.votes = new Float64Array(classes);
    this.sums = new Float64Array(classes);
  }

  /** @param given votes that do not follow from the decisions: 1 for the second class of a pair */
  count(decisions: Float64Array, start: number, given?: Int32Array): void {
    const { votes, sums } = this;
    const classes = votes.length;
    votes.fill(0);
    sums.fill(0);
    let pair = start;
    for (let first = 0; first < classes; first++) {
      for (let second = first + 1; second < classes; second++) {
        const decision = decisions[pair] as number;
        sums[first] = (sums[first] as number) + decision;
        sums[second] = (sums[second] as number) - decision;
        const winner = (given === undefined ? decision < 0 : given[pair] === 1) ? second : first;
        pair++;
        votes[winner] = (votes[winner] as number) + 1;
      }
    }
  }
}

/** `sklearn.utils.multiclass._ovr_decision_function(decisions < 0, -decisions, classes)` from 0.21 on. */
function pairToRest(site: Site): Kernel {
  const x = matrixOf(site);
  const given = site.blocks[1] as Int32Array | undefined;
  const y = site.target as Float64Array;
  const pairs = widthOf(site);
  const classes = site.output.width;
  const tally = new Tally(classes);
  return rows => {
    for (let row = 0; row < rows; row++) {
      tally.count(x, row * pairs, given);
      for (let label = 0; label < classes; label++) {
        const sum = tally.sums[label] as number;
        y[row * classes + label] = (tally.votes[label] as number) + sum / (3 * (Math.abs(sum) + 1));
      }
    }
  };
}

/** The same until 0.20: sums are scaled by the largest of the whole call. */
function pairToRestByCall(site: Site): SurveyingKernel {
  const x = matrixOf(site);
  const given = site.blocks[1] as Int32Array | undefined;
  const y = site.target as Float64Array;
  const pairs = widthOf(site);
  const classes = site.output.width;
  const tally = new Tally(classes);
  let largest = -Infinity;
  let smallest = Infinity;
  return {
    begin() {
      largest = -Infinity;
      smallest = Infinity;
    },
    survey(rows) {
      for (let row = 0; row < rows; row++) {
        tally.count(x, row * pairs, given);
        largest = Math.max(largest, ...tally.sums);
        smallest = Math.min(smallest, ...tally.sums);
      }
    },
    run(rows) {
      const scale =
        largest === smallest ? 0 : (0.5 - Number.EPSILON) / Math.max(Math.abs(largest), Math.abs(smallest));
      for (let row = 0; row < rows; row++) {
        tally.count(x, row * pairs, given);
        for (let label = 0; label < classes; label++)
          y[row * classes + label] = (tally.votes[label] as number) + (tally.sums[label] as number) * scale;
      }
    },
  };
}

/** The probability of a pair's first class, without overflow; libsvm keeps it off 0 and 1 by 1e-7. */
function platt(decision: number, slope: number, offset: number): number {
  const power = decision * slope + offset;
  const raw = power >= 0 ? exp(-power) / (1 + exp(-power)) : 1 / (1 + exp(power));
  return Math.min(Math.max(raw, 1e-7), 1 - 1e-7);
}

/**
 * Couples pairwise probabilities: algorithm 2 of Wu, Lin and Weng, "Probability estimates for multi-class classification
 * by pairwise coupling" (2004), with the start, the order of updates and the end that libsvm has, since the result is
 * only as converged as libsvm leaves it.
 */
class Coupling {
  readonly #classes: number;
  /** r[i, j]: probability of class i against class j. */
  readonly pairwise: Float64Array;
  readonly #q: Float64Array;
  readonly #qp: Float64Array;
  readonly p: Float64Array;

  constructor(classes: number) {
    this.#classes = classes;
    this.pairwise = new Float64Array(classes * classes);
    this.#q = new Float64Array(classes * classes);
    this.#qp = new Float64Array(classes);
    this.p = new Float64Array(classes);
  }

  solve(): void {
    const classes = this.#classes;
    const rounds = Math.max(100, classes);
    const tolerance = 0.005 / classes;
    this.p.fill(1 / classes);
    this.#fillQ();
    for (let round = 0; round < rounds; round++) {
      const pqp = this.#product();
      let error = 0;
      for (let label = 0; label < classes; label++)
        error = Math.max(error, Math.abs((this.#qp[label] as number) - pqp));
      if (error < tolerance) return;
      this.#update(pqp);
    }
  }

  #fillQ(): void {
    const classes = this.#classes;
    const r = this.pairwise;
    for (let row = 0; row < classes; row++) {
      let diagonal = 0;
      for (let column = 0; column < classes; column++) {
        if (column === row) continue;
        const against = r[column * classes + row] as number;
        diagonal += against * against;
        this.#q[row * classes + column] = -against * (r[row * classes + column] as number);
      }
      this.#q[row * classes + row] = diagonal;
    }
  }

  #product(): number {
    const classes = this.#classes;
    let pqp = 0;
    for (let row = 0; row < classes; row++) {
      let sum = 0;
      for (let column = 0; column < classes; column++)
        sum += (this.#q[row * classes + column] as number) * (this.p[column] as number);
      this.#qp[row] = sum;
      pqp += (this.p[row] as number) * sum;
    }
    return pqp;
  }

  #update(start: number): void {
    const classes = this.#classes;
    let pqp = start;
    for (let row = 0; row < classes; row++) {
      const diagonal = this.#q[row * classes + row] as number;
      const step = (pqp - (this.#qp[row] as number)) / diagonal;
      const whole = 1 + step;
      this.p[row] = (this.p[row] as number) + step;
      pqp = (pqp + step * (step * diagonal + 2 * (this.#qp[row] as number))) / whole / whole;
      for (let column = 0; column < classes; column++) {
        const moved = (this.#qp[column] as number) + step * (this.#q[row * classes + column] as number);
        this.#qp[column] = moved / whole;
        this.p[column] = (this.p[column] as number) / whole;
      }
    }
  }
}

/** libsvm's `svm_predict_probability` for classification. */
function pairProbabilities(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const pairs = widthOf(site);
  const classes = classesOf(pairs);
  const slope = arrayOf(site, 'slope', 'f64');
  const offset = arrayOf(site, 'offset', 'f64');
  const coupling = new Coupling(classes);
  const { pairwise, p } = coupling;
  return rows => {
    for (let row = 0; row < rows; row++) {
      let pair = 0;
      for (let first = 0; first < classes; first++) {
        for (let second = first + 1; second < classes; second++) {
          const wins = platt(x[row * pairs + pair] as number, slope[pair] as number, offset[pair] as number);
          pairwise[first * classes + second] = wins;
          pairwise[second * classes + first] = 1 - wins;
          pair++;
        }
      }
      coupling.solve();
      y.set(p, row * classes);
    }
  };
}

/** Rounds after which coupling has mostly ended. */
const usualRounds = 20;

export const pairKernels = defineKernels({
  pairDecisions: {
    cost: site => widthOf(site) * classesOf(site.output.width) + site.output.width * 5,
    make: pairDecisions,
  },
  pairVotes: { cost: site => widthOf(site) * 3 + 10, make: pairVotes },
  pairToRest: {
    cost: site => widthOf(site) * 5 + 20,
    make: site => (site.node.attributes['scale'] === 'call' ? pairToRestByCall(site) : pairToRest(site)),
  },
  pairProbabilities: {
    cost: site => widthOf(site) * 60 + usualRounds * site.output.width ** 2 * 2,
    make: pairProbabilities,
  },
});
