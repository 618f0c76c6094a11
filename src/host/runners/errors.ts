import { declareErrors } from '../../base/errors/index.ts';

export const runnerErrors = declareErrors({
  'container-not-startable': {
    status: 500,
    fault: 'user',
    meaning: 'The process of a container cannot be started.',
    fix: 'Look at the message: most often the command is not there, or may not be executed.',
  },
  'container-engine-unusable': {
    status: 500,
    fault: 'user',
    meaning: 'The container engine that --container-engine names is not there, or does not work.',
    fix: 'The message has what its command says. Start its daemon, or let --container-engine be auto, which does without one that does not work.',
  },
});
