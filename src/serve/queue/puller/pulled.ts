/** How far the server is with a model: with that which is wanted of it. */
export type PullState = 'Loading' | 'Loaded' | 'Failed';

/** Milliseconds until what failed is tried again: twice as long each time. */
const firstPause = 1000;
const longestPause = 300_000;

/** A model that a server has or is to have. */
export class Pulled {
  readonly name: string;
  /** Storage URI of what it is to be; undefined for one that is to go. */
  wanted: string | undefined;
  /** Storage URI of what the server has loaded. */
  has: string | undefined;
  /** Whether the server has said of itself that it has what it loaded: only then is it believed that it has it no more. */
  seen = false;
  /** Why the last try failed; undefined where it did not. */
  failure: string | undefined;
  /** Gives up what is being brought; undefined while nothing is. */
  work: AbortController | undefined;
  /** Whether anything may lie in the folders, or be known to the server, of it. */
  #begun = false;
  #failures = 0;
  #again = 0;

  constructor(name: string) {
    this.name = name;
  }

  get state(): PullState {
    if (this.failure !== undefined) return 'Failed';
    return this.has === this.wanted ? 'Loaded' : 'Loading';
  }

  /** Whether nothing is left of it, and nothing is wanted. */
  get isGone(): boolean {
    return this.wanted === undefined && !this.#begun;
  }

  /** Whether there is something to be done now. */
  isDue(now: number): boolean {
    const isLeft = this.wanted === undefined && this.#begun;
    return this.work === undefined && (isLeft || this.has !== this.wanted) && now >= this.#again;
  }

  /** Begins to bring it to what is wanted. */
  begin(): AbortController {
    this.#begun = true;
    return (this.work = new AbortController());
  }

  /** It is what was wanted when that was begun. */
  done(uri: string | undefined): void {
    this.has = uri;
    this.seen = false;
    if (uri === undefined) this.#begun = false;
    if (this.wanted === uri) this.settled();
  }

  /** The server has it no more. */
  lost(): void {
    this.has = undefined;
    this.seen = false;
  }

  /** Wants something else; what is being brought for what was wanted before is given up. */
  want(uri: string | undefined): void {
    if (this.wanted === uri) return;
    this.wanted = uri;
    this.settled();
    this.work?.abort(new Error('something else is wanted by now'));
  }

  failed(reason: string, now: number): void {
    this.failure = reason;
    this.#again = now + Math.min(longestPause, firstPause * 2 ** this.#failures++);
  }

  settled(): void {
    this.failure = undefined;
    this.#failures = 0;
    this.#again = 0;
  }
}
