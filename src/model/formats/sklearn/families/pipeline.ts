import { sklearnErrors } from '../errors.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Part, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { itemsOf } from '../python.ts';

/** None and 'passthrough' hand their input on. */
function isPassthrough({ part }: Part): boolean {
  return part === null || part === 'passthrough';
}

/** Steps with their places, e.g. `pipeline.steps[1] 'clf'`. */
function stepsOf(estimator: Estimator): readonly Part[] {
  const steps = itemsOf(estimator.raw('steps')) ?? estimator.malformed('steps', 'a list of steps');
  if (steps.length === 0) return estimator.malformed('steps', 'at least one step');
  return steps.map((step, index) => {
    const [name, part] = itemsOf(step) ?? [];
    if (typeof name !== 'string' || part === undefined)
      return estimator.malformed('steps', 'pairs of name and estimator');
    return { part, place: `${estimator.place}.steps[${index}] '${name}'` };
  });
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

/** The first step that knows how many features it takes; those before it hand them all on. */
function featureCount(estimator: Estimator, to: Translation): number | undefined {
  for (const step of stepsOf(estimator)) {
    const count = isPassthrough(step) ? undefined : to.featuresOf(step.part, step.place, estimator);
    if (count !== undefined) return count;
  }
  return undefined;
}

export const pipelineFamily: Family = {
  'pipeline.Pipeline': {
    translate: pipeline,
    features: featureCount,
    reader: estimator => stepsOf(estimator).find(step => !isPassthrough(step)),
    facts: estimator => ({ steps: stepsOf(estimator).length }),
  },
};
