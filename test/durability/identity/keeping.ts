import { FileRecords } from '../../../src/app/up/identity/records.ts';
import { type IdTokenFacts, LocalKeeper } from '../../../src/edge/identity/keeper/index.ts';

export interface Kept {
  readonly keeper: LocalKeeper;
  readonly records: FileRecords;
}

/** A keeper over a file, whose people log in elsewhere. */
export function keeperOver(path: string): Kept {
  const records = new FileRecords(path, Date.now);
  const issuer = {
    url: 'https://issuer.example.com',
    inside: undefined,
    clientId: '',
    clientSecret: '',
    scopes: [],
    userClaim: 'email',
    groupsClaim: 'groups',
  };
  const keeper = new LocalKeeper({
    records,
    shared: () => ({ sealing: [], issuer }),
    idTokens: async (): Promise<IdTokenFacts | undefined> => undefined,
    accounts: async () => undefined,
    accountAudiences: [],
    person: () => 'unknown',
    now: Date.now,
    audit: () => {},
  });
  return { keeper, records };
}
