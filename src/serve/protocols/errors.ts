import { declareErrors } from '../../base/errors/index.ts';

export const protocolErrors = declareErrors({
  'version-unknown': {
    status: 404,
    fault: 'user',
    meaning: 'The model has no such version.',
    fix: 'Leave the version out, or use one that the metadata lists.',
  },
  'server-not-ready': {
    status: 503,
    fault: 'server',
    meaning: 'At least one model that should be served is not ready.',
    fix: 'The message names the models and their reasons.',
  },
  'not-served-yet': {
    status: 501,
    fault: 'user',
    meaning: 'Part of a protocol that this version does not serve.',
    fix: 'The README’s table says what is served; send tensors as JSON.',
  },
  'binary-not-served': {
    status: 415,
    fault: 'user',
    meaning: 'The request carries binary tensor data, which this version does not read.',
    fix: 'Send the tensors as JSON: with tritonclient, set_data_from_numpy(…, binary_data=False).',
  },
});
