import { type Head, keepBody, KeptWith, type Sink } from '../../../base/net/index.ts';
import type { Known } from '../../identity/index.ts';
import type { Found } from '../routes/index.ts';
import { type Credential, credentialOf } from './credentials.ts';
import { PassedHead, type Passing } from './passed.ts';
import type { Outcome } from './repeating.ts';

/** What a head shows, read once: clients repeat themselves, and a listener gives the same object for the same bytes. */
export class Seen {
  readonly credential: Credential;
  /** The credential itself, where there is one alone. */
  readonly only: string | undefined;
  /** What the steps came to last time. */
  outcome: Outcome | undefined;
  readonly #head: Head;
  #passed: PassedHead | undefined;
  #passing: Passing | undefined;

  constructor(head: Head) {
    this.#head = head;
    this.credential = credentialOf(head);
    this.only = onlyOf(this.credential);
  }

  /** As the services behind are to see it; the same object as before for the same person. */
  passedFor(known: Known | undefined, shown?: string): PassedHead {
    const before = this.#passing;
    if (this.#passed !== undefined && before?.known === known && before?.shown === shown) return this.#passed;
    const spoken = known !== undefined && this.credential.kind === 'bearer';
    this.#passing = { known, spoken, shown };
    return (this.#passed = new PassedHead(this.#head, this.#passing));
  }
}

function onlyOf(credential: Credential): string | undefined {
  if (credential.kind === 'bearer') return credential.value;
  return credential.kind === 'cookie' && credential.values.length === 1 ? credential.values[0] : undefined;
}

const seen = new KeptWith<Head, Seen>();

export function seenOf(head: Head): Seen {
  let one = seen.get(head);
  if (one === undefined) seen.set(head, (one = new Seen(head)));
  return one;
}

/** A request on its way through the steps of the login. */
export class Visit {
  readonly method: string;
  readonly target: string;
  /** The target without its query. */
  readonly path: string;
  readonly head: Head;
  readonly sink: Sink;
  readonly seen: Seen;
  /** Who asks, once that has been found out. */
  known: Known | undefined;
  /** The credential by which that was found out. */
  bearer: string | undefined;
  /** Whose cookie a page of another origin had a browser send. */
  foreign: Known | undefined;
  /** Whether what becomes of it hangs on who asks, routes and rules alone: not on several credentials, nor on what may not be seen. */
  isPlain = true;
  /** Where it goes, once that has been found. */
  found: Found;
  #body: Uint8Array;
  #kept = false;

  constructor(method: string, target: string, head: Head, body: Uint8Array, sink: Sink) {
    this.method = method;
    this.target = target;
    const query = target.indexOf('?');
    this.path = query < 0 ? target : target.slice(0, query);
    this.head = head;
    this.sink = sink;
    this.seen = seenOf(head);
    this.#body = body;
  }

  get body(): Uint8Array {
    return this.#body;
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.target.slice(this.path.length + 1));
  }

  /** The body outlives the call of the handler; to be done before anything is waited for. */
  keep(): void {
    if (this.#kept) return;
    this.#kept = true;
    this.#body = keepBody(this.#body);
  }
}
