import { declareErrors } from '../../../base/errors/index.ts';

/** What goes wrong when a program of somebody logs him in. */
export const nativeErrors = declareErrors({
  'native-issuer': {
    status: 502,
    fault: 'user',
    meaning:
      'The issuer that a program is to log in at cannot be reached, or does not answer as OpenID issuers do.',
    fix: 'See whether the cluster runs; the message names the address and what was found.',
  },
  'native-refused': {
    status: 401,
    fault: 'user',
    meaning: 'The issuer did not let somebody in.',
    fix: 'Log in again; see the message for what the issuer said.',
  },
  'native-late': {
    status: 408,
    fault: 'user',
    meaning: 'Nobody logged in within the time that a program waits for the browser.',
    fix: 'Start it again and open the address that it prints, or use --password-stdin where there is no browser.',
  },
});
