import { PyObject } from '../../pickle/index.ts';
import { sklearnErrors } from '../errors.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Part, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { namedParts } from '../members.ts';

/** Packages of imbalanced-learn whose classes change the training set, and leave the rows of a request as they are. */
const samplers = /^imblearn\.(?:over_sampling|under_sampling|combine|base)(?:\.|$)/;

/** None and 'passthrough' hand their input on, and so do samplers, which have no part in prediction. */
function isPassthrough({ part }: Part): boolean {
  return (
    part === null || part === 'passthrough' || (part instanceof PyObject && samplers.test(part.cls.module))
  );
}

/** Steps with their places, e.g. `pipeline.steps[1] 'clf'`. */
function stepsOf(estimator: Estimator): readonly Part[] {
  const steps = namedParts(estimator, 'steps');
  return steps.length === 0 ? estimator.malformed('steps', 'at least one step') : steps;
}

function transformed(step: Part, methods: Methods): Features {
  if (methods.transform !== undefined) return methods.transform;
  throw sklearnErrors.make['sklearn-malformed'](
    `${step.place}: a step before the last must have transform, this one has ${Object.keys(methods).join(', ')}`,
  );
}

/** `sklearn.pipeline.Pipeline`: every step but the last transforms, the last one answers. */
function pipeline(estimator: Estimator, x: Features, to: Translation): Methods {
  const steps = stepsOf(estimator);
  let features = x;
  for (const step of steps.slice(0, -1)) {
    if (!isPassthrough(step))
      features = transformed(step, to.translate(step.part, step.place, estimator, features));
  }
  const last = steps.at(-1) as Part;
  if (isPassthrough(last)) return { transform: features };
  return to.translate(last.part, last.place, estimator, features);
}

/** `Pipeline.inverse_transform`: the steps' own, the last one first. */
function inverse(estimator: Estimator, y: Features, to: Translation): Features {
  let features = y;
  for (const step of stepsOf(estimator).toReversed())
    if (!isPassthrough(step)) features = to.inverse(step.part, step.place, estimator, features);
  return features;
}

/** The first step that knows how many features it takes; those before it hand them all on. */
function featureCount(estimator: Estimator, to: Translation): number | undefined {
  for (const step of stepsOf(estimator)) {
    const count = isPassthrough(step) ? undefined : to.featuresOf(step.part, step.place, estimator);
    if (count !== undefined) return count;
  }
  return undefined;
}

const row: FamilyRow = {
  translate: pipeline,
  inverse,
  features: featureCount,
  reader: estimator => stepsOf(estimator).find(step => !isPassthrough(step)),
  facts: estimator => ({ steps: stepsOf(estimator).length }),
};

export const pipelineFamily: Family = {
  'pipeline.Pipeline': row,
  'imblearn:pipeline.Pipeline': row,
  'sklearn_pandas:pipeline.TransformerPipeline': row,
};
