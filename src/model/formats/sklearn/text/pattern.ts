import { characterItems, tokenOps } from '../../../plan/index.ts';
import { parsePattern, type CharacterSet, type PatternNode } from './syntax.ts';

/** How tokens are found, as the arrays of the operators over terms. */
export type TokenPlan =
  | {
      /** Every longest run of characters of a set, if it has at least `least`. */
      readonly kind: 'runs';
      readonly least: number;
      readonly sets: SetArrays;
    }
  | {
      /** A program for a machine that follows all ways to match at once. */
      readonly kind: 'program';
      readonly program: Int32Array;
      readonly sets: SetArrays;
    };

/** Character sets one after another; see `countTerms`. */
export interface SetArrays {
  readonly setItems: Int32Array;
  readonly setStarts: Int32Array;
}

/** Longer programs are refused: repetitions such as `{1,1000}` are written out. */
const mostSteps = 2000;

function setArrays(sets: readonly CharacterSet[]): SetArrays {
  const starts = [0];
  const items: number[] = [];
  for (const set of sets) {
    if (set.negated) items.push(characterItems.negate, 0, 0);
    for (const item of set.items) items.push(...item);
    starts.push(items.length / 3);
  }
  return { setItems: Int32Array.from(items), setStarts: Int32Array.from(starts) };
}

/** Writes the steps of a program: [op, a, b] each. */
class Assembler {
  readonly steps: number[][] = [];
  readonly sets: CharacterSet[] = [];
  readonly #fail: (problem: string) => never;

  constructor(fail: (problem: string) => never) {
    this.#fail = fail;
  }

  emit(op: number, a = 0, b = 0): number {
    if (this.steps.length >= mostSteps) this.#fail('it is too long when its repetitions are written out');
    return this.steps.push([op, a, b]) - 1;
  }

  write(node: PatternNode): void {
    switch (node.kind) {
      case 'set':
        this.emit(tokenOps.set, this.sets.push(node.set) - 1);
        return;
      case 'assert':
        this.emit(tokenOps[node.what]);
        return;
      case 'sequence':
        for (const part of node.parts) this.write(part);
        return;
      case 'group':
        if (node.captures) this.emit(tokenOps.save, 0);
        this.write(node.body);
        if (node.captures) this.emit(tokenOps.save, 1);
        return;
      case 'either':
        this.#either(node.options);
        return;
      case 'repeat':
        this.#repeat(node);
    }
  }

  #either(options: readonly PatternNode[]): void {
    const ends: number[] = [];
    for (const [index, option] of options.entries()) {
      const last = index === options.length - 1;
      const fork = last ? undefined : this.emit(tokenOps.fork);
      this.write(option);
      if (!last) ends.push(this.emit(tokenOps.jump));
      if (fork !== undefined) this.steps[fork] = [tokenOps.fork, fork + 1, this.steps.length];
    }
    for (const end of ends) this.steps[end] = [tokenOps.jump, this.steps.length, 0];
  }

  #repeat({ body, least, most, greedy }: PatternNode & { readonly kind: 'repeat' }): void {
    for (let round = 0; round < least; round++) this.write(body);
    if (most === Infinity) {
      const fork = this.emit(tokenOps.fork);
      this.write(body);
      this.emit(tokenOps.jump, fork);
      this.steps[fork] = this.#fork(fork + 1, this.steps.length, greedy);
      return;
    }
    const forks: number[] = [];
    for (let round = least; round < most; round++) {
      forks.push(this.emit(tokenOps.fork));
      this.write(body);
    }
    for (const fork of forks) this.steps[fork] = this.#fork(fork + 1, this.steps.length, greedy);
  }

  #fork(into: number, past: number, greedy: boolean): number[] {
    return greedy ? [tokenOps.fork, into, past] : [tokenOps.fork, past, into];
  }
}

function isWord({ items, negated }: CharacterSet): boolean {
  return !negated && items.length === 1 && items[0]?.[0] === characterItems.word;
}

/** The parts without groups that capture nothing; undefined when there are others. */
function flat(node: PatternNode): readonly PatternNode[] {
  if (node.kind === 'sequence') return node.parts.flatMap(flat);
  return node.kind === 'group' && !node.captures ? flat(node.body) : [node];
}

/** A set repeated greedily without end: `\w`, `\w+`, `\w\w+`, with word boundaries around it where the set is `\w`. */
function asRuns(pattern: PatternNode): { readonly set: CharacterSet; readonly least: number } | undefined {
  let parts = flat(pattern);
  const bounded = [parts[0], parts.at(-1)].map(part => part?.kind === 'assert' && part.what === 'boundary');
  if (bounded[0] === true) parts = parts.slice(1);
  if (bounded[1] === true) parts = parts.slice(0, -1);
  const last = parts.at(-1);
  if (last?.kind !== 'repeat' || last.body.kind !== 'set' || last.most !== Infinity || !last.greedy)
    return undefined;
  const { set } = last.body;
  const key = JSON.stringify(set);
  const same = parts.slice(0, -1).every(part => part.kind === 'set' && JSON.stringify(part.set) === key);
  const least = parts.length - 1 + last.least;
  return same && least > 0 && (isWord(set) || !bounded.includes(true)) ? { set, least } : undefined;
}

/**
 * What `re.compile(pattern).findall` finds, made ready for the operators over terms.
 * @param fail called with what about the pattern is not supported
 */
export function tokensOf(pattern: string, fail: (problem: string) => never): TokenPlan {
  const parsed = parsePattern(pattern, fail);
  const runs = asRuns(parsed);
  if (runs !== undefined) return { kind: 'runs', least: runs.least, sets: setArrays([runs.set]) };
  const assembler = new Assembler(fail);
  assembler.write(parsed);
  assembler.emit(tokenOps.match);
  return {
    kind: 'program',
    program: Int32Array.from(assembler.steps.flat()),
    sets: setArrays(assembler.sets),
  };
}
