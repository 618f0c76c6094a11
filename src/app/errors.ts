import { declareErrors } from '../base/errors/index.ts';

export const appErrors = declareErrors({
  'worker-lost': {
    status: 500,
    fault: 'server',
    meaning: 'A serving thread ended; the server stops, so that whoever watches it starts a whole one.',
    fix: 'See the log line before it; most often memory ran out.',
  },
});
