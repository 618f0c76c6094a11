import { tokenOps } from '../../../plan/index.ts';
import type { CharacterSet } from './characters.ts';
import { placeAfter, TokenProgram, Ways } from './ways.ts';

/** Takes a token that was found. */
type Take = (token: string) => void;

interface Match {
  readonly end: number;
  readonly tokenStart: number;
  readonly tokenEnd: number;
}

/**
 * Runs a program that finds tokens. Which ways lead to a match is known beforehand (`Ways`), so that the first of them in the
 * order of the pattern, which is that of Python's `re`, is followed and no other: the time is that of the text's length times
 * the program's, whatever the pattern and however many tokens there are.
 */
export class TokenMachine {
  readonly #program: TokenProgram;
  readonly #ways: Ways;
  /** Steps that wait to be tried, the next one last: each with where the group starts and ends. */
  readonly #waiting: Int32Array;
  /** When each step was last tried. */
  readonly #tried: Float64Array;
  #turn = 0;
  #tokenStart = -1;
  #tokenEnd = -1;

  /** @param words what `\b` takes for a character of a word */
  constructor(program: Int32Array, sets: readonly CharacterSet[], words: CharacterSet) {
    this.#program = new TokenProgram(program, sets, words);
    this.#ways = new Ways(this.#program);
    this.#waiting = new Int32Array(3 * (this.#program.count + 2));
    this.#tried = new Float64Array(this.#program.count);
  }

  /** `re.findall`: all tokens that do not overlap, from the left. */
  findAll(text: string, take: Take): void {
    this.#ways.begin(text);
    // A match may follow an empty one at the same place only when it is not empty.
    let mustAdvance = false;
    for (let at = 0; at <= text.length;) {
      const found: Match | undefined = this.#ways.starts(at)
        ? this.#follow(text, at, mustAdvance)
        : undefined;
      if (found === undefined) {
        at = placeAfter(text, at);
        mustAdvance = false;
        continue;
      }
      take(text.slice(found.tokenStart, found.tokenEnd));
      mustAdvance = found.end === at;
      at = found.end;
    }
  }

  /** @returns undefined when an empty match is the only one, and there must be another */
  #follow(text: string, start: number, mustAdvance: boolean): Match | undefined {
    this.#tokenStart = -1;
    this.#tokenEnd = -1;
    let at = start;
    for (let step = 0; ;) {
      const next = this.#choose(text, step, at, mustAdvance && at === start);
      if (next < 0) return undefined;
      if (this.#program.op(next) === tokenOps.match) return this.#matched(start, at);
      at = placeAfter(text, at);
      step = next + 1;
    }
  }

  /** The token is the group where there is one: the empty text when it took no part in the match. */
  #matched(start: number, end: number): Match {
    if (!this.#program.groups) return { end, tokenStart: start, tokenEnd: end };
    return this.#tokenEnd < 0
      ? { end, tokenStart: end, tokenEnd: end }
      : { end, tokenStart: this.#tokenStart, tokenEnd: this.#tokenEnd };
  }

  /** The first step, of those that one comes to without a character, by which a match is reached; -1 for none. */
  #choose(text: string, from: number, at: number, mustTake: boolean): number {
    const program = this.#program;
    this.#turn++;
    let height = this.#wait(0, from);
    while (height > 0) {
      const step = this.#resume(--height);
      if (this.#tried[step] === this.#turn) continue;
      this.#tried[step] = this.#turn;
      const op = program.op(step);
      if (op === tokenOps.match) {
        if (!mustTake) return step;
      } else if (op === tokenOps.set) {
        if (this.#ways.takes(at, program.takerOf[step] as number)) return step;
      } else if (program.holds(op, text, at)) height = this.#leave(step, op, at, height);
    }
    return -1;
  }

  /** Lets the steps behind one that takes no character wait, the first to be tried last. */
  #leave(step: number, op: number, at: number, height: number): number {
    const program = this.#program;
    if (op === tokenOps.fork)
      return this.#wait(this.#wait(height, program.operand(step, 1)), program.operand(step, 0));
    if (op === tokenOps.jump) return this.#wait(height, program.operand(step, 0));
    if (op === tokenOps.save) {
      if (program.operand(step, 0) === 0) this.#tokenStart = at;
      else this.#tokenEnd = at;
    }
    return this.#wait(height, step + 1);
  }

  #wait(height: number, step: number): number {
    this.#waiting[3 * height] = step;
    this.#waiting[3 * height + 1] = this.#tokenStart;
    this.#waiting[3 * height + 2] = this.#tokenEnd;
    return height + 1;
  }

  #resume(height: number): number {
    this.#tokenStart = this.#waiting[3 * height + 1] as number;
    this.#tokenEnd = this.#waiting[3 * height + 2] as number;
    return this.#waiting[3 * height] as number;
  }
}
