import { declareErrors } from '../../base/errors/index.ts';

export const formatErrors = declareErrors({
  'object-not-picked': {
    status: 422,
    fault: 'user',
    meaning: 'An object was to be picked from a file whose format holds a single model.',
    fix: 'Leave --object, or the part of the path after #, away.',
  },
});
