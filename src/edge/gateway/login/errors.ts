import { declareErrors } from '../../../base/errors/index.ts';

export const loginErrors = declareErrors({
  'login-needed': {
    status: 401,
    fault: 'user',
    meaning: 'The gateway does not know who asks.',
    fix: 'Send Authorization: Bearer with a token of `davit token create`, or the cookie of a login.',
  },
  'credential-refused': {
    status: 401,
    fault: 'user',
    meaning: 'The request has a credential that is good for nothing here: wrong, expired or revoked.',
    fix: 'Make another one with `davit token create`, or log in again.',
  },
  'sessions-differ': {
    status: 400,
    fault: 'user',
    meaning: 'The browser sent cookies of sessions of several people.',
    fix: 'Delete the cookies of this host and of the domain it is in, and log in again.',
  },
  'access-denied': {
    status: 403,
    fault: 'user',
    meaning: 'Whoever asks is known and may not call the service.',
    fix: 'The answer says which rule decided; `davit auth why` explains it.',
  },
  'request-foreign': {
    status: 403,
    fault: 'user',
    meaning: 'A page of another origin made the browser send a request with the cookie of a session.',
    fix: 'Send it from a page of this host, or with Authorization: Bearer, which no browser adds by itself.',
  },
  'login-method-wrong': {
    status: 405,
    fault: 'user',
    meaning: 'A page of the login was asked with a method that does nothing there.',
    fix: 'Use the method that the answer names.',
  },
  'pipelines-missing': {
    status: 404,
    fault: 'user',
    meaning: 'The path belongs to Kubeflow Pipelines, which is not here.',
    fix: 'Call InferenceServices; the login works the same for both.',
  },
});
