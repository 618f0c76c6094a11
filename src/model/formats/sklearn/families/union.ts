import { sklearnErrors } from '../errors.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { joined, type Features } from '../features.ts';
import { featuresOfAny, namedParts, type NamedPart } from '../members.ts';
import { weighted } from '../weights.ts';

function keptParts(union: Estimator): readonly NamedPart[] {
  return namedParts(union, 'transformer_list').filter(({ part }) => part !== null && part !== 'drop');
}

function fittedParts(union: Estimator): readonly NamedPart[] {
  return keptParts(union).filter(({ part }) => part !== 'passthrough');
}

function given(union: Estimator, { part, place }: NamedPart, x: Features, to: Translation): Features {
  if (part === 'passthrough') return x;
  const methods = to.translate(part, place, union, x);
  if (methods.transform !== undefined) return methods.transform;
  throw sklearnErrors.make['sklearn-malformed'](`${place}: it has no transform`);
}

/** `sklearn.pipeline.FeatureUnion`: each transformer is given all features; what they give stands side by side. */
function featureUnion(union: Estimator, x: Features, to: Translation): Methods {
  const parts = keptParts(union).map(part => weighted(union, part.name, given(union, part, x, to), to));
  if (parts.length === 0) return union.malformed('transformer_list', 'a transformer that is not dropped');
  return { transform: joined(to.builder, parts) };
}

export const unionFamily: Family = {
  'pipeline.FeatureUnion': {
    translate: featureUnion,
    features: (union, to) => featuresOfAny(fittedParts(union), union, to),
    reader: union => fittedParts(union)[0],
    facts: union => ({ transformers: keptParts(union).length }),
  },
};
