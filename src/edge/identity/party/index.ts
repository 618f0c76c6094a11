export { partyErrors } from './errors.ts';
export { RelyingParty, type Begun, type LoggedIn, type PartyOptions } from './party.ts';
export { returnPath } from './returning.ts';
