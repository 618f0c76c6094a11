import { declareErrors } from '../base/errors/index.ts';

export const serveErrors = declareErrors({
  'model-unknown': {
    status: 404,
    fault: 'user',
    meaning: 'No model of that name is served.',
    fix: 'Ask /v2/models for the names that are.',
  },
  'model-not-ready': {
    status: 503,
    fault: 'server',
    meaning:
      'The model is known but not ready: loading, unloaded, or refused; the message says which and why.',
    fix: 'Read the reason at /v2/models/NAME/ready or in the log; `davit inspect FILE` explains a refusal.',
  },
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
  'model-memory-exceeded': {
    status: 507,
    fault: 'user',
    meaning: 'Loading the model would exceed the memory that models may take together.',
    fix: 'Unload another model, or raise --max-model-memory.',
  },
  'probe-failed': {
    status: 500,
    fault: 'server',
    meaning: 'The model was loaded but did not answer a trial request, so it is not called ready.',
    fix: 'This is a defect of Davit: report it with the message and, if you may, the file.',
  },
  'route-unknown': {
    status: 404,
    fault: 'user',
    meaning: 'Nothing is served at that path.',
    fix: 'The protocol reference lists the routes.',
  },
  'method-not-allowed': {
    status: 405,
    fault: 'user',
    meaning: 'The path is served, but not for that method.',
    fix: 'Use a method of the Allow header.',
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
  overloaded: {
    status: 503,
    fault: 'server',
    meaning: 'Too much work is waiting for the compute threads.',
    fix: 'Try again later, send smaller batches, or give --compute-threads.',
  },
  'client-gone': {
    status: 499,
    fault: 'user',
    meaning: 'The client closed the connection before its answer was there; the work was given up.',
    fix: 'Nobody reads this answer: it is counted in the metrics only. Clients that give up early can wait longer.',
  },
  'compute-crashed': {
    status: 500,
    fault: 'server',
    meaning: 'A compute thread ended while it worked on the request.',
    fix: 'See the log; a batch that needs more memory than there is can be split.',
  },
  internal: {
    status: 500,
    fault: 'server',
    meaning: 'A defect of Davit.',
    fix: 'Report it with the log line that names the request.',
  },
});
