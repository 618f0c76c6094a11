import { declareErrors } from '../../base/errors/index.ts';

export const planErrors = declareErrors({
  'plan-version': {
    status: 500,
    fault: 'server',
    meaning: 'A cached plan was written by a Davit whose plans have another version.',
    fix: 'Nothing: the plan is rebuilt from the model file.',
  },
  'plan-damaged': {
    status: 500,
    fault: 'server',
    meaning: 'A cached plan is cut short, was changed on disk, or is no plan.',
    fix: 'Nothing: the plan is rebuilt from the model file; look at the disk when it happens again.',
  },
  'plan-invalid': {
    status: 422,
    fault: 'user',
    meaning: 'The numbers of a model contradict each other: shapes that do not fit, an index out of bounds.',
    fix: 'Save the model again with its own library; the message names the operator and what does not fit.',
  },
});
