import { digestOf } from './secrets.ts';

/** How many passwords may be wrong in a row, and how long the next one has to wait then. Times in milliseconds. */
export interface AttemptRules {
  readonly free: number;
  /** After the first that is too many; each further one doubles it. */
  readonly wait: number;
  readonly longest: number;
  /** Without a wrong one for so long, they are forgotten. */
  readonly memory: number;
}

/** An account is closed for five minutes at most: whoever knows its name can close it for everybody. */
export const accountRules: AttemptRules = { free: 5, wait: 10_000, longest: 300_000, memory: 3_600_000 };
/** Several people may share an address. */
export const addressRules: AttemptRules = { free: 20, wait: 10_000, longest: 900_000, memory: 3_600_000 };

/** Wrong passwords of one account or from one address. */
export interface Tally {
  readonly wrong: number;
  /** Nothing is tried before, milliseconds of the clock passed in. */
  readonly closedUntil: number;
  readonly last: number;
}

export function afterWrong(tally: Tally | undefined, rules: AttemptRules, now: number): Tally {
  const wrong = 1 + (tally === undefined || now >= tally.last + rules.memory ? 0 : tally.wrong);
  const wait =
    wrong < rules.free ? 0 : Math.min(rules.longest, rules.wait * 2 ** Math.min(30, wrong - rules.free));
  return { wrong, closedUntil: now + wait, last: now };
}

/** Passwords of one address that are checked at once: fewer than may wait, so that others are still checked. */
const mostAtOnce = 24;

/** So many accounts, and so many addresses, are remembered; the one whose last wrong password is longest ago makes way. */
const remembered = 10_000;

class Tallies {
  readonly rules: AttemptRules;
  readonly #tallies = new Map<string, Tally>();

  constructor(rules: AttemptRules) {
    this.rules = rules;
  }

  get(key: string): Tally | undefined {
    return this.#tallies.get(key);
  }

  wrong(key: string, now: number): void {
    const tally = afterWrong(this.#tallies.get(key), this.rules, now);
    this.#tallies.delete(key);
    this.#tallies.set(key, tally);
    const [oldest] = this.#tallies.keys();
    if (this.#tallies.size > remembered && oldest !== undefined) this.#tallies.delete(oldest);
  }

  right(key: string): void {
    this.#tallies.delete(key);
  }
}

/** Counts wrong passwords by account, there or not, and by address; forgotten when the process ends. */
export class Attempts {
  readonly #accounts = new Tallies(accountRules);
  readonly #addresses = new Tallies(addressRules);
  /** Checks under way: many at once must not be more than one after another. */
  readonly #running = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds to wait before the next password; 0 lets it be tried, and `end` must be called. */
  begin(login: string, address: string): number {
    const account = digestOf(login);
    const now = this.#now();
    const tally = this.#accounts.get(account);
    const until = Math.max(tally?.closedUntil ?? 0, this.#addresses.get(address)?.closedUntil ?? 0);
    if (now < until) return until - now;
    const running = this.#running.get(account) ?? 0;
    const wrong = tally === undefined || now >= tally.last + accountRules.memory ? 0 : tally.wrong;
    if (running > 0 && wrong + running >= accountRules.free) return 1000;
    if ((this.#running.get(placeOf(address)) ?? 0) >= mostAtOnce) return 1000;
    this.#add(account, 1);
    this.#add(placeOf(address), 1);
    return 0;
  }

  end(login: string, address: string, right: boolean | undefined): void {
    const account = digestOf(login);
    this.#add(account, -1);
    this.#add(placeOf(address), -1);
    if (right === undefined) return;
    if (right) return this.#accounts.right(account);
    this.#accounts.wrong(account, this.#now());
    this.#addresses.wrong(address, this.#now());
  }

  #add(key: string, change: 1 | -1): void {
    const running = (this.#running.get(key) ?? 0) + change;
    if (running > 0) this.#running.set(key, running);
    else this.#running.delete(key);
  }
}

/** No digest of a name is that. */
function placeOf(address: string): string {
  return `at ${address}`;
}
