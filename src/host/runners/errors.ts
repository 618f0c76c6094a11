import { declareErrors } from '../../base/errors/index.ts';

export const runnerErrors = declareErrors({
  'container-not-startable': {
    status: 500,
    fault: 'user',
    meaning: 'The process of a container cannot be started.',
    fix: 'Look at the message: most often the command is not there, or may not be executed.',
  },
});
