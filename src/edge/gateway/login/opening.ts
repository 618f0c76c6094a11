import { messageOf } from '../../../base/errors/index.ts';
import type { Log } from '../../../base/log/index.ts';
import type { Handler } from '../../../base/net/index.ts';
import type { Cluster } from '../../../cluster/view/index.ts';
import type { Audit, Keeper } from '../../identity/index.ts';
import { RelyingParty } from '../../identity/party/index.ts';
import { ServicePolicy } from '../../identity/policy/index.ts';
import type { Behind } from '../door.ts';
import type { Table } from '../routes/index.ts';
import { Knowing } from './knowing.ts';
import { loginHandler } from './login.ts';
import { patiently } from './patience.ts';
import { Reached } from './reached.ts';

export interface LoginOptions {
  /** Who knows who is known. */
  readonly keeper: Keeper;
  /** How people reach the gateway, such as `https://ml.example.com`; by default by the name `localhost`. */
  readonly publicUrl: string | undefined;
  readonly audit: Audit;
  readonly log: Log;
}

interface Surroundings {
  readonly cluster: Cluster;
  readonly table: () => Table;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether people come over https. */
  readonly secure: boolean;
  /** How people reach the gateway; known once it listens. */
  readonly publicUrl: () => string;
  /** Told whom people log in with, at first and when that is another. */
  readonly onIssuer: (url: string) => void;
}

export interface Login {
  /** Makes what stands before the proxy. */
  readonly before: (behind: Behind) => Handler;
  /**
   * Resolves when it is known whom people log in with; waits for a keeper that is away.
   * @throws what the keeper throws, when it is away for too long
   */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** The login of a gateway; to be made before the informers of the cluster are started. */
export function openLogin({ keeper, audit, log }: LoginOptions, around: Surroundings): Login {
  const { cluster, table, now, secure, publicUrl, onIssuer } = around;
  const policy = new ServicePolicy(cluster);
  const party = new RelyingParty({ keeper, publicUrl, now, onIssuer: ({ url }) => onIssuer(url) });
  const knowing = new Knowing({
    keeper,
    now,
    steady: () => performance.now(),
    onSilence: error =>
      log.warning('who is known is asked each time: no word of what is revoked', {
        reason: messageOf(error),
      }),
  });
  const reached = new Reached(log);
  const ending = new AbortController();
  return {
    before: ({ proxy, count }) =>
      loginHandler({ party, keeper, knowing, policy, proxy, table, secure, now, audit, reached, count }),
    ready: async () => {
      await patiently(
        () => party.learn(),
        error => log.warning(keeperAway, { reason: messageOf(error) }),
      );
      // Whoever is known already needs no issuer: it is not waited for.
      void lookedFor(party, log, ending.signal);
    },
    stop: () => {
      ending.abort();
      return knowing.stop();
    },
  };
}

const keeperAway = 'the gateway waits for whoever keeps who is known';
const issuerAway = 'nobody can log in yet: the issuer is asked again and again';

/** Milliseconds between two looks for an issuer that cannot be asked: the second, and the longest. */
const looks = { pause: 1000, longest: 30_000 };

/** Asks the issuer until it tells what it offers, and says where nobody can log in before. */
async function lookedFor(party: RelyingParty, log: Log, signal: AbortSignal): Promise<void> {
  let waited = false;
  let knows = false;
  const told = patiently(
    async () => {
      knows = false;
      await party.learn();
      knows = true;
      await party.look();
    },
    error => {
      waited = true;
      log.warning(knows ? issuerAway : keeperAway, { reason: messageOf(error) });
    },
    { ...looks, patience: Infinity, signal },
  );
  await told.then(
    () => waited && log.info('the issuer answers: people can log in'),
    () => {},
  );
}
