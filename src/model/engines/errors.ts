import { declareErrors } from '../../base/errors/index.ts';

export const engineErrors = declareErrors({
  'engine-missing': {
    status: 501,
    fault: 'server',
    meaning: 'No engine of this build computes the kind of plan that the model became.',
    fix: 'Use a build of Davit that has the engine; `davit inspect` names the kind of model.',
  },
});
