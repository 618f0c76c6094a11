import { declareErrors } from '../../base/errors/index.ts';

export const repositoryErrors = declareErrors({
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
});
