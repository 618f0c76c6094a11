import { declareErrors } from '../base/errors/index.ts';

export const appErrors = declareErrors({
  'tree-missing': {
    status: 422,
    fault: 'user',
    meaning: 'A tree was to be drawn that the model does not have.',
    fix: 'Trees count from 0; davit inspect says how many there are.',
  },
  'worker-lost': {
    status: 500,
    fault: 'server',
    meaning: 'A serving thread ended; the server stops, so that whoever watches it starts a whole one.',
    fix: 'See the log line before it; most often memory ran out.',
  },
});
