import { join } from 'node:path';
import { gatewayAudience } from '../../../base/access/index.ts';
import { messageOf } from '../../../base/errors/index.ts';
import type { Log } from '../../../base/log/index.ts';
import type { Annex, Identify } from '../../../cluster/apiserver/index.ts';
import type { Transport } from '../../../cluster/client/index.ts';
import type { Audit, IssuerFacts, Person } from '../../../edge/identity/index.ts';
import {
  bcryptCost,
  idTokenReader,
  type IdTokenFacts,
  type IdTokenRules,
  issuerElsewhere,
  KeptPeople,
  LocalKeeper,
  ownKeys,
  PasswordThread,
} from '../../../edge/identity/keeper/index.ts';
import { announceIssuer, withdrawIssuer } from './announced.ts';
import { identityAnnex } from './calls.ts';
import { type IdentitySettings, issuerOf, type OwnIssuer, programClientOf } from './configuration.ts';
import { firstUser, forgetFirstPassword, makeFirstUser } from './first.ts';
import { Issuing } from './issuing.ts';
import { keeperCalls } from './keepercalls.ts';
import { peopleCalls } from './peoplecalls.ts';
import { FileRecords } from './records.ts';
import { clientSecret, keptSealing } from './secrets.ts';
import { prefix } from './wire.ts';

export interface IdentityOptions {
  readonly settings: IdentitySettings;
  /** The data directory. */
  readonly folder: string;
  /** How people reach the gateway, without a slash at its end. */
  readonly gatewayUrl: string;
  /** Says which service account a token is of. */
  readonly accounts: Identify;
  /** The audience of the API. */
  readonly audience: string;
  readonly audit: Audit;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Signatures that an issuer elsewhere may use: none that a secret could be guessed for. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Milliseconds between two sweeps of what has expired. */
const sweeping = 30_000;

/** Who is known in a cluster: the keeper, the people, and the issuer, in the process of `davit up`. */
export class ClusterIdentity {
  readonly keeper: LocalKeeper;
  /** What other processes ask, for the listener of the API. */
  readonly annexes: ReadonlyMap<string, Annex>;
  /** The password of the first user, when he has just been made. */
  readonly firstPassword: Promise<string | undefined>;
  readonly #options: IdentityOptions;
  readonly #records: FileRecords;
  readonly #passwords: PasswordThread;
  readonly #issuing: Issuing | undefined;
  readonly #issuerPath: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(
    options: IdentityOptions,
    { records, passwords, people, keeper, issuing, facts }: Made,
  ) {
    const { folder, audit } = options;
    this.#options = options;
    this.#records = records;
    this.#passwords = passwords;
    this.#issuing = issuing;
    this.#issuerPath = new URL(facts.url).pathname.replace(/\/$/, '');
    this.keeper = keeper;
    const onChanged = (email: string): void => {
      if (email === firstUser) forgetFirstPassword(folder);
    };
    const issuer = { url: facts.url, clientId: programClientOf(options.settings) };
    const calls = [...keeperCalls(keeper), ...peopleCalls({ keeper, people, issuer, audit, onChanged })];
    this.annexes = new Map([[prefix, identityAnnex(new Map(calls))]]);
    this.firstPassword = people === undefined ? Promise.resolve(undefined) : makeFirstUser(people, folder);
    // Whoever starts the cluster waits for it later, and learns there of a failure.
    this.firstPassword.catch(() => {});
    this.#timer = setInterval(() => sweep(records, options.log), sweeping).unref();
  }

  /**
   * Opens the records and starts the issuer.
   * @throws `identity-locked`, `identity-newer`, `identity-damaged`, `identity-unavailable`, `identity-settings`,
   *   `issuer-config-invalid`.
   */
  static async start(options: IdentityOptions): Promise<ClusterIdentity> {
    const records = new FileRecords(join(options.folder, 'identity.db'), options.now);
    try {
      return new ClusterIdentity(options, await made(options, records));
    } catch (error) {
      records.close();
      throw error;
    }
  }

  /** Says whose a token is that is shown to the API: sessions, ID tokens and API tokens. */
  get tokens(): Identify {
    const { audience } = this.#options;
    return async token => {
      const known = await this.keeper.who(token);
      if (known === undefined || known.credential.kind === 'service-account') return undefined;
      return { user: known.user, audiences: [audience] };
    };
  }

  /** Makes the objects by which the gateway finds the issuer, or removes those of one that was there before. */
  async announce(transport: Transport): Promise<void> {
    if (this.#issuing === undefined) await withdrawIssuer(transport);
    else await announceIssuer(transport, this.#issuing, this.#issuerPath);
  }

  /** @param grace milliseconds that running requests get */
  async stop(grace: number): Promise<void> {
    clearInterval(this.#timer);
    await this.#issuing?.stop(grace);
    await this.#passwords.close();
    this.#records.close();
  }
}

/** A disk that takes nothing now may take it later. */
function sweep(records: FileRecords, log: Log): void {
  try {
    records.sweep();
  } catch (error) {
    log.warning('what has expired stays where people and sessions are kept', { reason: messageOf(error) });
  }
}

interface Made {
  readonly records: FileRecords;
  readonly passwords: PasswordThread;
  readonly people: KeptPeople | undefined;
  readonly keeper: LocalKeeper;
  readonly issuing: Issuing | undefined;
  readonly facts: IssuerFacts;
}

type ReadIdToken = (token: string) => Promise<IdTokenFacts | undefined>;

async function made(options: IdentityOptions, records: FileRecords): Promise<Made> {
  const { settings, gatewayUrl, env, now, log } = options;
  const chosen = issuerOf(settings, gatewayUrl, clientSecret(records), env);
  const given = chosen.kind === 'own' ? chosen.config.people : [];
  const unknownCost = bcryptCost(given[0]?.hash ?? '');
  const passwords = new PasswordThread({ ...(unknownCost !== undefined && { unknownCost }) });
  if (chosen.kind === 'other') {
    const { facts } = chosen;
    const audiences = [facts.clientId, programClientOf(settings)];
    const { name, keys } = issuerElsewhere(facts.url, now);
    const read = readerOf({ ...facts, issuer: name }, audiences, algorithms, keys, now);
    const keeper = keeperOf(options, records, facts, read, () => 'unknown');
    return { records, passwords, people: undefined, keeper, issuing: undefined, facts };
  }
  for (const warning of chosen.config.warnings) log.warning('the file of --dex-config', { warning });
  const people = new KeptPeople(records, passwords, given);
  return ownMade(options, records, passwords, people, chosen);
}

async function ownMade(
  options: IdentityOptions,
  records: FileRecords,
  passwords: PasswordThread,
  people: KeptPeople,
  { config, facts }: OwnIssuer,
): Promise<Made> {
  const { now, audit, log, settings } = options;
  const grants = { revoke: (grant: string, user: string): void => keeper.revoke(grant, user) };
  const { clients, skipApproval, enforcePkce, lifetimes } = config;
  const parts = { people, passwords, records, grants, audit, now };
  const issuing = await Issuing.start(
    { url: facts.url, clients, skipApproval, enforcePkce, lifetimes, ...parts },
    log,
  );
  const whole = { ...facts, inside: `http://${issuing.host}:${issuing.port}` };
  const keys = ownKeys(() => ({ keys: [...issuing.issuer.keys()] }));
  const named = { ...facts, issuer: facts.url };
  const read = readerOf(named, [facts.clientId, programClientOf(settings)], ['RS256'], keys, now);
  const keeper = keeperOf(options, records, whole, read, name => people.find(name));
  return { records, passwords, people, keeper, issuing, facts: whole };
}

function readerOf(
  { issuer, userClaim, groupsClaim }: Pick<IdTokenRules, 'issuer' | 'userClaim' | 'groupsClaim'>,
  audiences: readonly string[],
  signatures: readonly string[],
  keys: Parameters<typeof idTokenReader>[1],
  now: () => number,
): ReadIdToken {
  return idTokenReader({ issuer, audiences, algorithms: signatures, userClaim, groupsClaim }, keys, now);
}

function keeperOf(
  { settings, accounts, audience, audit, now }: IdentityOptions,
  records: FileRecords,
  issuer: IssuerFacts,
  idTokens: ReadIdToken,
  person: (name: string) => Person | 'unknown' | undefined,
): LocalKeeper {
  const sealing = keptSealing(records, now);
  // Read at once: a disk that takes no key is told at the start.
  sealing();
  return new LocalKeeper({
    records,
    shared: () => ({ sealing: sealing(), issuer }),
    idTokens,
    accounts,
    accountAudiences: [audience, gatewayAudience],
    person,
    now,
    audit,
    sessionIdle: settings.sessionIdle,
  });
}
