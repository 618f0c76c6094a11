import { declareErrors } from '../../../base/errors/index.ts';

export const xgboostErrors = declareErrors({
  'xgboost-truncated': {
    status: 422,
    fault: 'user',
    meaning: 'An XGBoost model ends before all that it announces has come.',
    fix: 'Copy the file again and compare its size with the original.',
  },
  'xgboost-malformed': {
    status: 422,
    fault: 'user',
    meaning: 'An XGBoost model lacks a field, or its fields contradict each other.',
    fix: 'Save the model again with its own library; the message names the field and what was expected.',
  },
  'xgboost-unsupported': {
    status: 422,
    fault: 'user',
    meaning: 'An XGBoost model uses something under which Davit cannot answer as the library does.',
    fix: 'Train without what the message names.',
  },
  'xgboost-too-large': {
    status: 413,
    fault: 'user',
    meaning: 'An XGBoost model is larger than its format can be read.',
    fix: 'Save a JSON model of more than 500 MB as UBJ (`.ubj`), which has no such limit.',
  },
});

export function malformed(message: string): never {
  throw xgboostErrors.make['xgboost-malformed'](message);
}

export function truncated(message: string): never {
  throw xgboostErrors.make['xgboost-truncated'](message);
}
