import { declareErrors } from '../../base/errors/index.ts';

export const schedulerErrors = declareErrors({
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
});
