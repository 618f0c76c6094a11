import { declareErrors } from '../../errors/index.ts';

export const outgoingErrors = declareErrors({
  'upstream-unreachable': {
    status: 502,
    fault: 'server',
    meaning: 'No connection could be made to the server that should answer the request.',
    fix: 'See whether that server runs and listens on the address that the message names.',
  },
  'upstream-broken': {
    status: 502,
    fault: 'server',
    meaning:
      'The server that should answer ended the connection early, or answered something that is not HTTP.',
    fix: 'See the log of that server; a request that changed nothing there can be sent again.',
  },
  'upstream-slow': {
    status: 504,
    fault: 'server',
    meaning: 'The server that should answer did not in the time allowed.',
    fix: 'Send less at once, or raise the time-out of the service.',
  },
});
