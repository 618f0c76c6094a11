import { declareErrors } from '../../../base/errors/index.ts';

/** What goes wrong with people, their passwords and their tokens. */
export const keeperErrors = declareErrors({
  'passwords-busy': {
    status: 503,
    fault: 'server',
    meaning: 'More passwords wait to be checked than are checked in a few seconds.',
    fix: 'Try again after a while; somebody may be guessing passwords, see the audit log.',
  },
  'password-refused': {
    status: 400,
    fault: 'user',
    meaning: 'A new password is too short, or longer than what bcrypt reads of it.',
    fix: 'Choose one of at least 8 characters and at most 72 bytes of UTF-8.',
  },
  'user-invalid': {
    status: 400,
    fault: 'user',
    meaning: 'What was given is no e-mail address, or no group, that a person can have here.',
    fix: 'Give an address such as ada@example.com, and groups that do not begin with `system:`.',
  },
  'user-exists': {
    status: 409,
    fault: 'user',
    meaning: 'There is a person of that e-mail address.',
    fix: 'Change the password with `davit user passwd`, or remove the person first.',
  },
  'user-unknown': {
    status: 404,
    fault: 'user',
    meaning: 'Nobody of that e-mail address can log in with a password here.',
    fix: 'See `davit user list`.',
  },
  'user-of-file': {
    status: 409,
    fault: 'user',
    meaning: 'The person stands in the file of --dex-config, which Davit reads and never writes.',
    fix: 'Change the file and start Davit again.',
  },
  'token-invalid': {
    status: 400,
    fault: 'user',
    meaning: 'An API token was asked for with a name, a lifetime or a scope that no token can have.',
    fix: 'See `davit token create --help`; the message names what was found and what is expected.',
  },
  'token-exists': {
    status: 409,
    fault: 'user',
    meaning: 'The person has an API token of that name.',
    fix: 'Choose another name, or revoke the token first.',
  },
  'token-unknown': {
    status: 404,
    fault: 'user',
    meaning: 'There is no API token of that name or id.',
    fix: 'See `davit token list`.',
  },
  'tokens-full': {
    status: 409,
    fault: 'user',
    meaning: 'The person, or everybody together, has as many API tokens as are kept.',
    fix: 'Revoke tokens that are no longer needed; give new ones shorter lives.',
  },
  'grant-revoked': {
    status: 401,
    fault: 'user',
    meaning: 'What the issuer gave at a login was revoked before a session was opened with it.',
    fix: 'Log in again.',
  },
});
