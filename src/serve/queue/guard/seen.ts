import { type Head, KeptWith } from '../../../base/net/index.ts';
import { GuardedHead } from './head.ts';
import type { Caller } from './reviews.ts';
import { type Shown, shownBy } from './shown.ts';

/** What a head shows, read once: clients repeat themselves, and a listener gives the same object for the same bytes. */
class Seen {
  readonly shown: Shown;
  readonly #head: Head;
  #passed:
    | { readonly caller: Caller | undefined; readonly keeps: boolean; readonly head: GuardedHead }
    | undefined;

  constructor(head: Head) {
    this.#head = head;
    this.shown = shownBy(head);
  }

  /** As the container behind is to see it; the same object as before for the same caller. */
  passedFor(caller: Caller | undefined, keeps: boolean): GuardedHead {
    const before = this.#passed;
    if (before !== undefined && before.keeps === keeps && before.caller === caller) return before.head;
    const head = new GuardedHead(this.#head, caller, keeps);
    this.#passed = { caller, keeps, head };
    return head;
  }
}

const seen = new KeptWith<Head, Seen>();

export function seenOf(head: Head): Seen {
  let one = seen.get(head);
  if (one === undefined) seen.set(head, (one = new Seen(head)));
  return one;
}
