export { ApiTokens, tokenPrefix, type ListedToken, type NewToken } from './apitokens.ts';
export { bcryptCost, newCost } from './bcrypt.ts';
export { keeperErrors } from './errors.ts';
export { idTokenReader, type IdTokenFacts, type IdTokenRules } from './idtokens.ts';
export { issuerElsewhere, ownKeys } from './issuerkeys.ts';
export { LocalKeeper, type AccountReader, type KeeperParts } from './keeper.ts';
export { PasswordThread, type PasswordOptions } from './passwords.ts';
export { KeptPeople, type Listed, type NewPerson, type Within } from './people.ts';
