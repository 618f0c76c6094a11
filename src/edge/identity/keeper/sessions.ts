import type { User } from '../../../base/access/index.ts';
import type { Closed, Known, NewSession, Records } from '../index.ts';
import { digestOf, newSecret, opened, sealed } from './secrets.ts';

/** A session ends after 24 hours, whatever is done with it. */
const longest = 24 * 3_600_000;
/** Sessions that are kept; one more ends the one that would end first. */
const most = 200_000;
/** And of one user: his own end, and nobody else's. */
const mostOfOne = 1000;

interface Kept {
  readonly user: User;
  readonly grant?: string | undefined;
  /** Sealed with what the handle alone tells. */
  readonly idToken?: string | undefined;
}

/** Sessions: of each only the digest of its handle is stored. */
export class Sessions {
  readonly #records: Records;
  readonly #now: () => number;

  constructor(records: Records, now: () => number) {
    this.#records = records;
    this.#now = now;
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
    const kept: Kept = { user, grant, idToken: idToken && sealed(idToken, handle) };
    const value = JSON.stringify(kept);
    this.#records.put('session', { id: digestOf(handle), value, owner: user.name, expires: until });
    return { handle, expires: until, ended };
  }

  find(handle: string): Known | undefined {
    const row = this.#records.get('session', digestOf(handle));
    if (row === undefined) return undefined;
    const { user } = JSON.parse(row.value) as Kept;
    return { user, credential: { kind: 'session', id: row.id }, expires: row.expires };
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
