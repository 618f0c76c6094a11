import { declareErrors } from '../base/errors/index.ts';

export const serveErrors = declareErrors({
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
  internal: {
    status: 500,
    fault: 'server',
    meaning: 'A defect of Davit.',
    fix: 'Report it with the log line that names the request.',
  },
});
