import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { isBefore } from '../version.ts';

/** `sklearn.preprocessing.StandardScaler`: minus the mean, then divided by the scale, each only where wanted. */
function standardScaler(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  estimator.fitted('scale_', 'mean_', 'std_', 'n_samples_seen_');
  let node = checkedMatrix(estimator, x, to, { nan: 'allow' });
  const { single } = builder.typeOf(node);
  // float32 features stay so; since 1.8 the learnt numbers are rounded to them too.
  const operandToo = !isBefore(estimator.version, 1, 8);
  if (estimator.flag('with_mean', true)) {
    const operand = estimator.vector(estimator.fitted('mean_'));
    node = builder.add('columnwise', [node], { operation: 'subtract', operandToo }, { operand }, { single });
  }
  if (estimator.flag('with_std', true)) {
    const operand = estimator.vector(estimator.fitted('scale_', 'std_'));
    node = builder.add('columnwise', [node], { operation: 'divide', operandToo }, { operand }, { single });
  }
  return { transform: featuresOf(builder, node) };
}

export const scalingFamily: Family = {
  'preprocessing.StandardScaler': {
    translate: standardScaler,
    features(estimator) {
      const name = estimator.anyOf('scale_', 'mean_', 'var_', 'std_');
      return name === undefined ? undefined : estimator.vector(name).length;
    },
  },
};
