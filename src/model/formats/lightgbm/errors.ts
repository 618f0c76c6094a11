import { declareErrors } from '../../../base/errors/index.ts';

export const lightgbmErrors = declareErrors({
  'lightgbm-malformed': {
    status: 422,
    fault: 'user',
    meaning: 'A LightGBM model contradicts itself, or lacks a part that its library writes.',
    fix: 'Save the model again with Booster.save_model; the message names the line, tree or field and what was expected.',
  },
  'lightgbm-truncated': {
    status: 422,
    fault: 'user',
    meaning: 'A LightGBM model ends too early.',
    fix: 'Copy the file again; the message tells after which part it ends.',
  },
  'lightgbm-unsupported': {
    status: 422,
    fault: 'user',
    meaning:
      'A LightGBM model has an objective or a setting under which Davit cannot answer as the library does.',
    fix: 'The message names it; train with a supported one.',
  },
  'lightgbm-too-large': {
    status: 422,
    fault: 'user',
    meaning:
      'A LightGBM model is larger than can be read here: a JSON dump of half a gibibyte, or more columns than any matrix.',
    fix: 'Save the model as text with Booster.save_model, which may be of any size.',
  },
});
