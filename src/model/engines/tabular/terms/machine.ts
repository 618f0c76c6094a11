import { tokenOps } from '../../../plan/index.ts';
import { unitsOf, type CharacterSet } from './characters.ts';

/** Takes a token that was found. */
type Take = (token: string) => void;

/**
 * Runs a program that finds tokens over all ways to match at once (Pike's machine), so that the time is that of the text's
 * length times the program's, whatever the pattern: no request can make it try every way one after another. The first way in
 * the order of the pattern wins, as in Python's `re`.
 */
export class TokenMachine {
  readonly #program: Int32Array;
  readonly #sets: readonly CharacterSet[];
  readonly #words: CharacterSet;
  /** Whether the pattern has a group, which is the token then. */
  readonly #groups: boolean;
  /** Where threads stand that wait for a character: the ones now, and those of the next character. */
  #now: Threads;
  #next: Threads;

  /** @param words what `\b` takes for a character of a word */
  constructor(program: Int32Array, sets: readonly CharacterSet[], words: CharacterSet) {
    this.#program = program;
    this.#sets = sets;
    this.#words = words;
    this.#groups = Array.from({ length: program.length / 3 }, (_, step) => program[step * 3]).includes(
      tokenOps.save,
    );
    this.#now = new Threads(program.length / 3);
    this.#next = new Threads(program.length / 3);
  }

  /** `re.findall`: all tokens that do not overlap, from the left. */
  findAll(text: string, take: Take): void {
    let from = 0;
    // A match may follow an empty one at the same place only when it is not empty.
    let mustAdvance = false;
    while (from <= text.length) {
      const found = this.#find(text, from, mustAdvance);
      if (found === undefined) return;
      take(text.slice(found.tokenStart, found.tokenEnd));
      mustAdvance = found.end === found.start;
      from = found.end;
    }
  }

  #find(text: string, from: number, mustAdvance: boolean): Match | undefined {
    let best: Match | undefined;
    this.#now.clear();
    for (let at = from; ;) {
      if (best === undefined) this.#add(this.#now, text, 0, at, { start: at, tokenStart: -1, tokenEnd: -1 });
      if (this.#now.count === 0 && best !== undefined) return best;
      const code = at < text.length ? (text.codePointAt(at) as number) : -1;
      const after = at + (code < 0 ? 1 : unitsOf(code));
      this.#next.clear();
      for (let index = 0; index < this.#now.count; index++) {
        const step = this.#now.steps[index] as number;
        const thread = this.#now.threads[index] as Thread;
        if (this.#program[step * 3] === tokenOps.match) {
          if (mustAdvance && at === from && thread.start === from) continue;
          best = this.#matched(thread, at);
          break;
        }
        const set = this.#sets[this.#program[step * 3 + 1] as number] as CharacterSet;
        if (code >= 0 && set.has(code)) this.#add(this.#next, text, step + 1, after, thread);
      }
      [this.#now, this.#next] = [this.#next, this.#now];
      if (code < 0) return best;
      at = after;
    }
  }

  /** The token is the group where there is one: the empty text when it took no part in the match. */
  #matched({ start, tokenStart, tokenEnd }: Thread, end: number): Match {
    if (!this.#groups) return { start, end, tokenStart: start, tokenEnd: end };
    return tokenEnd < 0
      ? { start, end, tokenStart: end, tokenEnd: end }
      : { start, end, tokenStart, tokenEnd };
  }

  /** Follows forks, jumps and assertions from a step on, to the steps that wait for a character or that match. */
  #add(threads: Threads, text: string, step: number, at: number, thread: Thread): void {
    if (threads.has(step)) return;
    const op = this.#program[step * 3] as number;
    const a = this.#program[step * 3 + 1] as number;
    threads.mark(step);
    switch (op) {
      case tokenOps.jump:
        this.#add(threads, text, a, at, thread);
        return;
      case tokenOps.fork:
        this.#add(threads, text, a, at, thread);
        this.#add(threads, text, this.#program[step * 3 + 2] as number, at, thread);
        return;
      case tokenOps.save:
        this.#add(
          threads,
          text,
          step + 1,
          at,
          a === 0 ? { ...thread, tokenStart: at } : { ...thread, tokenEnd: at },
        );
        return;
      case tokenOps.boundary:
      case tokenOps.inside:
      case tokenOps.start:
      case tokenOps.end:
        if (this.#holds(op, text, at)) this.#add(threads, text, step + 1, at, thread);
        return;
      default:
        threads.push(step, thread);
    }
  }

  #holds(op: number, text: string, at: number): boolean {
    if (op === tokenOps.start) return at === 0;
    if (op === tokenOps.end) return at === text.length;
    const boundary = this.#isWordBefore(text, at) !== this.#isWordAt(text, at);
    return boundary === (op === tokenOps.boundary);
  }

  #isWordAt(text: string, at: number): boolean {
    return at < text.length && this.#words.has(text.codePointAt(at) as number);
  }

  #isWordBefore(text: string, at: number): boolean {
    if (at === 0) return false;
    const unit = text.charCodeAt(at - 1);
    const isLow = unit >= 0xdc_00 && unit <= 0xdf_ff && at > 1;
    return this.#words.has(text.codePointAt(isLow ? at - 2 : at - 1) as number);
  }
}

interface Thread {
  readonly start: number;
  /** Of the group, -1 where it has not been entered. */
  readonly tokenStart: number;
  readonly tokenEnd: number;
}

interface Match {
  readonly start: number;
  readonly end: number;
  readonly tokenStart: number;
  readonly tokenEnd: number;
}

/** Threads in the order of preference, at most one for each step. */
class Threads {
  readonly steps: Int32Array;
  readonly threads: Thread[] = [];
  readonly #marks: Int32Array;
  #round = 1;
  count = 0;

  constructor(steps: number) {
    this.steps = new Int32Array(steps);
    this.#marks = new Int32Array(steps);
  }

  clear(): void {
    this.count = 0;
    this.#round++;
    if (this.#round < 2 ** 31 - 1) return;
    this.#marks.fill(0);
    this.#round = 1;
  }

  has(step: number): boolean {
    return this.#marks[step] === this.#round;
  }

  mark(step: number): void {
    this.#marks[step] = this.#round;
  }

  push(step: number, thread: Thread): void {
    this.steps[this.count] = step;
    this.threads[this.count++] = thread;
  }
}
