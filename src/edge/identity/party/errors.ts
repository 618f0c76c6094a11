import { declareErrors } from '../../../base/errors/index.ts';

export const partyErrors = declareErrors({
  'login-state-wrong': {
    status: 400,
    fault: 'user',
    meaning: 'What came back from the issuer names no login that this gateway has begun.',
    fix: 'Begin again: ask for the page without a cookie, and follow the new redirect.',
  },
  'login-state-used': {
    status: 400,
    fault: 'user',
    meaning: 'The login has come back before: its code and state are good once.',
    fix: 'Use the cookie that the first call gave, or begin again.',
  },
  'login-expired': {
    status: 400,
    fault: 'user',
    meaning: 'The login took longer than 30 minutes.',
    fix: 'Begin again.',
  },
  'login-elsewhere': {
    status: 400,
    fault: 'user',
    meaning: 'The login was begun by another program or browser than the one that ends it.',
    fix: 'Begin and end a login in the same browser, or in none at all.',
  },
  'login-refused': {
    status: 400,
    fault: 'user',
    meaning: 'The issuer did not take the code, or told that the login was given up.',
    fix: 'Begin again; the answer says what the issuer found.',
  },
  'login-unnamed': {
    status: 403,
    fault: 'user',
    meaning: 'The issuer does not say who has logged in, or says something that nobody may be called.',
    fix: 'Let the issuer send the claim that the answer names, with an address it has verified.',
  },
  'issuer-unreachable': {
    status: 503,
    fault: 'server',
    meaning: 'The issuer that people log in with cannot be reached.',
    fix: 'Wait, or look whether the issuer runs and its URL is right.',
  },
  'issuer-answer-wrong': {
    status: 502,
    fault: 'server',
    meaning:
      'The issuer answered something that no issuer should: a token that does not verify, another name or none, no discovery document.',
    fix: 'Compare the URL, the client and its secret with what the issuer has.',
  },
});
