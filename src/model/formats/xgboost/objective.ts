import { isBefore, type Booster } from './booster.ts';
import { malformed, xgboostErrors } from './errors.ts';

/** How a base score becomes a margin (`ProbToMargin`), and a margin a prediction (`PredTransform`). */
export interface Link {
  readonly toMargin: 'identity' | 'logit' | 'log' | 'gaps';
  readonly toValue: 'identity' | 'sigmoid' | 'exp' | 'step' | 'argmax' | 'softmax' | 'sorted' | 'rising';
}

const identity: Link = { toMargin: 'identity', toValue: 'identity' };
const logistic: Link = { toMargin: 'logit', toValue: 'sigmoid' };
const logarithmic: Link = { toMargin: 'log', toValue: 'exp' };

/** Every objective of the releases up to 3.4; `gpu:` names of before 1.0 are those without it. */
const links: Readonly<Record<string, Link>> = {
  'reg:linear': identity,
  'reg:squarederror': identity,
  'reg:squaredlogerror': identity,
  'reg:pseudohubererror': identity,
  'reg:absoluteerror': identity,
  'reg:quantileerror': identity,
  'reg:expectileerror': { toMargin: 'gaps', toValue: 'rising' },
  'reg:logistic': logistic,
  'reg:gamma': logarithmic,
  'reg:tweedie': logarithmic,
  'count:poisson': logarithmic,
  'survival:cox': logarithmic,
  'survival:aft': logarithmic,
  'binary:logistic': logistic,
  'binary:logitraw': identity,
  'binary:hinge': { toMargin: 'identity', toValue: 'step' },
  'multi:softmax': { toMargin: 'identity', toValue: 'argmax' },
  'multi:softprob': { toMargin: 'identity', toValue: 'softmax' },
  'rank:pairwise': identity,
  'rank:ndcg': identity,
  'rank:map': identity,
};

/** @throws `xgboost-unsupported` for an objective that no release has */
export function linkOf(booster: Booster): Link {
  const { name } = booster.objective;
  const known = name.replace(/^gpu:/, '');
  const link = Object.hasOwn(links, known) ? links[known] : undefined;
  if (link === undefined)
    throw xgboostErrors.make['xgboost-unsupported'](
      `the objective ${JSON.stringify(name.slice(0, 60))} is not known, expected one of: ${Object.keys(links).join(', ')}`,
    );
  // The base score of raw scores was a probability too, at first.
  if (name === 'binary:logitraw' && isBefore(booster, 1, 3)) return { ...link, toMargin: 'logit' };
  // From 3.4 on quantiles that cross are put in order.
  if (name === 'reg:quantileerror' && !isBefore(booster, 3, 4)) return { ...link, toValue: 'sorted' };
  return link;
}

/** `kRtEps` */
export const smallest = Math.fround(1e-6);

function logit(booster: Booster, value: number): number {
  const bounded = isBefore(booster, 3, 1)
    ? value
    : Math.min(Math.max(value, smallest), Math.fround(1 - smallest));
  if (!(bounded > 0 && bounded < 1))
    malformed(`base_score is ${value}, expected a probability for the objective ${booster.objective.name}`);
  return Math.fround(-Math.log(Math.fround(Math.fround(1 / bounded) - 1)));
}

/** The inverse of softplus. */
function gap(value: number): number {
  const bounded = Math.max(Math.fround(value - smallest), smallest);
  return Math.fround(bounded + Math.log(-Math.expm1(-bounded)));
}

/**
 * The margin that sums start from, for each output.
 * @throws `xgboost-malformed` when the objective cannot have had this base score
 */
export function baseMarginOf(booster: Booster, { toMargin }: Link): Float64Array {
  const { baseScore, outputs, baseIsMargin } = booster;
  const scores = Float64Array.from(
    { length: outputs },
    (_, at) => baseScore[baseScore.length === 1 ? 0 : at] as number,
  );
  if (baseIsMargin) return scores;
  switch (toMargin) {
    case 'identity':
      return scores;
    case 'logit':
      return scores.map(score => logit(booster, score));
    case 'log':
      return scores.map(score =>
        score > 0
          ? Math.fround(Math.log(score))
          : malformed(`base_score is ${score}, expected a positive number for ${booster.objective.name}`),
      );
    case 'gaps':
      return scores.map((score, at) =>
        at === 0 ? score : gap(Math.fround(score - (scores[at - 1] as number))),
      );
  }
}
