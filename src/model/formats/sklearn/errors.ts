import { declareErrors } from '../../../base/errors/index.ts';

export const sklearnErrors = declareErrors({
  'sklearn-class-unsupported': {
    status: 422,
    fault: 'user',
    meaning: 'The model, or a part of it, is of a class that Davit does not translate yet.',
    fix: 'The message names the class, its library and its place; use a supported estimator there.',
  },
  'sklearn-parameter-unsupported': {
    status: 422,
    fault: 'user',
    meaning: 'An estimator has a parameter under which Davit cannot answer as the library does.',
    fix: 'Train with another value of the parameter that the message names.',
  },
  'sklearn-not-fitted': {
    status: 422,
    fault: 'user',
    meaning: 'The estimator was saved before it was fitted: there is nothing to predict with.',
    fix: 'Call fit before saving; after a grid search save best_estimator_.',
  },
  'sklearn-features-unknown': {
    status: 422,
    fault: 'user',
    meaning:
      'The estimator keeps no note of how many features it takes, so that no request could be checked.',
    fix: 'Save the model with scikit-learn 0.24 or newer, which writes n_features_in_.',
  },
  'sklearn-no-output': {
    status: 422,
    fault: 'user',
    meaning:
      'The estimator has no method whose answer is one tensor: it only clusters or transforms its training data, or it hands texts and numbers on side by side.',
    fix: 'Save the pipeline with the predictor that comes after it.',
  },
  'sklearn-malformed': {
    status: 422,
    fault: 'user',
    meaning:
      'An estimator lacks an attribute, or holds one of another kind or shape than its library writes.',
    fix: 'Save the model again with its own library; the message names the attribute and what was expected.',
  },
  'sklearn-no-model': {
    status: 422,
    fault: 'user',
    meaning:
      'The file holds several estimators that nothing tells apart, in a tuple, a dict or one after another, or none at all.',
    fix: 'Save the one fitted pipeline by itself, or pick what the message lists: --object, or PATH#OBJECT.',
  },
  'sklearn-object-missing': {
    status: 422,
    fault: 'user',
    meaning: 'What --object names is not in the file.',
    fix: 'Pick one of the names that the message lists; davit inspect shows what is inside.',
  },
});
