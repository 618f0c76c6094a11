export { partyErrors } from './errors.ts';
export { flowCookies, RelyingParty, type Begun, type LoggedIn, type PartyOptions } from './party.ts';
export { returnPath } from './returning.ts';
