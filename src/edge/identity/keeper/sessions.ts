import type { User } from '../../../base/access/index.ts';
import type { Closed, Known, NewSession, Records, Row } from '../index.ts';
import { digestOf, newSecret, opened, sealed } from './secrets.ts';

/** A session ends after 24 hours, whatever is done with it. */
const longest = 24 * 3_600_000;
/** A part of the time for which a session may be idle: so often it is said, and written down, that it is used. */
const parts = 10;
/** Sessions that are kept; one more ends the one that would end first. */
const most = 200_000;
/** And of one user: his own end, and nobody else's. */
const mostOfOne = 1000;

interface Kept {
  readonly user: User;
  readonly grant?: string | undefined;
  /** Sealed with what the handle alone tells. */
  readonly idToken?: string | undefined;
  /** When it ends, used or not; absent where it ends at the same time when nobody uses it. */
  readonly ends?: number | undefined;
}

/** Sessions: of each only the digest of its handle is stored. */
export class Sessions {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #idle: number;

  /** @param idle milliseconds after which a session ends that nobody uses; a tenth more may pass */
  constructor(records: Records, now: () => number, idle = longest) {
    this.#records = records;
    this.#now = now;
    this.#idle = idle;
  }

  /** `user` has been looked at: nobody of the cluster's own. `ended` are the ids of sessions that have made room. */
  open(
    user: User,
    { grant, idToken, expires }: NewSession,
  ): { readonly handle: string; readonly expires: number; readonly ended: readonly string[] } {
    const ended: string[] = [];
    const makeRoom = (owner?: string): void => {
      const row = this.#records.removeOldest('session', owner);
      if (row !== undefined) ended.push(row.id);
    };
    if (this.#records.count('session', user.name) >= mostOfOne) makeRoom(user.name);
    while (this.#records.count('session') >= most) makeRoom();
    const handle = newSecret();
    const until = Math.min(expires, this.#now() + longest);
    const ends = this.#idle < longest ? until : undefined;
    const kept: Kept = { user, grant, idToken: idToken && sealed(idToken, handle), ends };
    this.#put(digestOf(handle), kept, until);
    return { handle, expires: until, ended };
  }

  #put(id: string, kept: Kept, ends: number): void {
    const expires = kept.ends === undefined ? ends : this.#endUnused(ends);
    this.#records.put('session', { id, value: JSON.stringify(kept), owner: kept.user.name, expires });
  }

  /** When a session ends that is used now and never again. */
  #endUnused(ends: number): number {
    return Math.min(ends, this.#now() + this.#idle + this.#step);
  }

  get #step(): number {
    return this.#idle / parts;
  }

  find(handle: string): Known | undefined {
    const row = this.#records.get('session', digestOf(handle));
    if (row === undefined) return undefined;
    const kept = JSON.parse(row.value) as Kept;
    const { user, ends } = kept;
    const known: Known = { user, credential: { kind: 'session', id: row.id }, expires: ends ?? row.expires };
    if (ends === undefined) return known;
    return { ...known, fresh: this.#used(row, kept, ends) };
  }

  /**
   * Writes down that a session is used, where that was not done a moment ago; until when it may be remembered: were it used then for the last
   * time, it would be good for all its time of idleness yet.
   */
  #used({ id, expires }: Row, kept: Kept, ends: number): number {
    const fresh = this.#now() + this.#step;
    const written = expires < ends ? expires - this.#idle : fresh;
    if (written >= fresh - this.#step / 2) return Math.min(fresh, written);
    try {
      this.#put(id, kept, ends);
    } catch {
      // It is good, too, where that cannot be written down; the next use tries again.
    }
    return fresh;
  }

  /** Ends one; its id when there was one. */
  close(handle: string): (Closed & { readonly id: string; readonly user: string }) | undefined {
    const row = this.#records.take('session', digestOf(handle));
    if (row === undefined) return undefined;
    const { idToken } = JSON.parse(row.value) as Kept;
    return { id: row.id, user: row.owner, idToken: idToken && opened(idToken, handle) };
  }

  /** Ends those of a grant of a user; their ids. */
  closeOfGrant(grant: string, user: string): string[] {
    const own = this.#records
      .list('session', user)
      .filter(({ value }) => (JSON.parse(value) as Kept).grant === grant);
    return own.flatMap(({ id }) => this.#records.take('session', id)?.id ?? []);
  }
}
