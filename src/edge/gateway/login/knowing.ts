import type { Keeper, Known, Revoked } from '../../identity/index.ts';

/** Who a credential is of; `undefined` is for one that is good for nothing. */
interface Remembered {
  readonly known: Known | undefined;
  /** Until then it counts, milliseconds since 1970. */
  readonly until: number;
}

export interface KnowingOptions {
  readonly keeper: Pick<Keeper, 'who' | 'revocations'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly steady: () => number;
  readonly onSilence: (error: unknown) => void;
  /** Credentials remembered. */
  readonly most?: number;
}

const usualMost = 20_000;
/** Milliseconds of silence after which nothing that is remembered counts. */
const silence = 1000;
/** Milliseconds that a credential which is good for nothing is not asked about again. */
const unknownTime = 1000;
/** Characters of the longest that is remembered as good for nothing. */
const longestUnknown = 512;
/** Milliseconds before the keeper is followed again. */
const pause = 100;

/**
 * Remembers who credentials are of, as long as the keeper tells at once what is revoked. While it is silent nothing remembered
 * counts, and everybody is asked about each time.
 */
export class Knowing {
  readonly #options: KnowingOptions;
  readonly #half: number;
  readonly #ending = new AbortController();
  /** Two halves: what is used stays in the younger one, and the older is dropped when that is full. */
  #young = new Map<string, Remembered>();
  #old = new Map<string, Remembered>();
  readonly #asking = new Map<string, Promise<Known | undefined>>();
  #heard = -Infinity;
  /** Grows with every revocation: answers that were on their way then are not remembered. */
  #revocations = 0;
  readonly #following: Promise<void>;

  constructor(options: KnowingOptions) {
    this.#options = options;
    this.#half = Math.ceil((options.most ?? usualMost) / 2);
    this.#following = this.#follow();
  }

  /** How many are remembered. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Who it is, without waiting: `unasked` when the keeper has to say. */
  look(bearer: string): Known | undefined | 'unasked' {
    if (this.#options.steady() - this.#heard > silence) return 'unasked';
    let found = this.#young.get(bearer);
    if (found === undefined) {
      found = this.#old.get(bearer);
      if (found === undefined) return 'unasked';
      this.#old.delete(bearer);
      this.#keep(bearer, found);
    }
    return found.until > this.#options.now() ? found.known : 'unasked';
  }

  /** Forgets one credential. */
  drop(bearer: string): void {
    this.#revocations++;
    this.#asking.delete(bearer);
    this.#young.delete(bearer);
    this.#old.delete(bearer);
  }

  /** Asks the keeper, once for all who want to know at the time. */
  ask(bearer: string): Promise<Known | undefined> {
    let asking = this.#asking.get(bearer);
    if (asking === undefined) {
      const mine = this.#ask(bearer).finally(() => {
        if (this.#asking.get(bearer) === mine) this.#asking.delete(bearer);
      });
      this.#asking.set(bearer, (asking = mine));
    }
    return asking;
  }

  async #ask(bearer: string): Promise<Known | undefined> {
    const before = this.#revocations;
    const known = await this.#options.keeper.who(bearer);
    const now = this.#options.now();
    const until = known === undefined ? now + unknownTime : Math.min(known.expires, known.fresh ?? Infinity);
    // What is good for nothing and long is not worth its room.
    const worth = known !== undefined || bearer.length <= longestUnknown;
    if (worth && before === this.#revocations) this.#keep(bearer, { known, until });
    return known !== undefined && known.expires <= now ? undefined : known;
  }

  #keep(bearer: string, remembered: Remembered): void {
    this.#young.set(bearer, remembered);
    if (this.#young.size < this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        // What was revoked while nobody listened is not told again.
        this.#forget({ kind: 'all' });
        for await (const revoked of this.#options.keeper.revocations(signal)) {
          if (revoked !== undefined) this.#forget(revoked);
          this.#heard = this.#options.steady();
        }
      } catch (error) {
        if (!signal.aborted) this.#options.onSilence(error);
      }
      this.#heard = -Infinity;
      if (!signal.aborted) await new Promise(resolve => setTimeout(resolve, pause));
    }
  }

  #forget(revoked: Revoked): void {
    this.#revocations++;
    // Those who ask from now on must not get an answer that was on its way before.
    this.#asking.clear();
    for (const half of [this.#young, this.#old]) {
      if (revoked.kind === 'all') half.clear();
      else
        for (const [bearer, { known }] of half)
          if (known === undefined || concerns(revoked, known)) half.delete(bearer);
    }
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#following;
  }
}

function concerns(revoked: Exclude<Revoked, { kind: 'all' }>, { user, credential }: Known): boolean {
  if (revoked.kind === 'user') return user.name === revoked.name;
  if (!('id' in credential)) return false;
  // The ID token of a grant is named by it.
  const kind = revoked.kind === 'grant' ? 'id-token' : revoked.kind;
  return credential.kind === kind && credential.id === revoked.id;
}
