import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { classesOf } from '../labels.ts';

/** `sklearn.naive_bayes.GaussianNB`; `sigma_` became `var_` in 1.0. */
function gaussianNaiveBayes(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const finite = checkedMatrix(estimator, x, to);
  const mean = estimator.matrix(estimator.fitted('theta_'));
  const variance = estimator.matrix(estimator.fitted('var_', 'sigma_'));
  const logPrior = estimator.vector(estimator.fitted('class_prior_')).map(Math.log);
  const joint = builder.add('gaussian', [finite], {}, { mean, variance, logPrior });
  const log = builder.add('logNormalize', [joint]);
  return {
    predict: {
      node: builder.add('argmax', [joint]),
      labels: classesOf(estimator, mean.shape[0]),
      vector: true,
    },
    predict_proba: { node: builder.add('map', [log], { function: 'exp' }) },
    predict_log_proba: { node: log },
  };
}

export const bayesFamily: Family = {
  'naive_bayes.GaussianNB': {
    translate: gaussianNaiveBayes,
    features: estimator => (estimator.has('theta_') ? estimator.matrix('theta_').shape[1] : undefined),
    facts: estimator => ({ classes: estimator.array('classes_').size }),
  },
};
