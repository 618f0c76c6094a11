import { Fault, malformed, pickleErrors } from '../errors.ts';
import { type PyClass, type PyDict, PyTuple, type PyValue, type Via } from '../values.ts';
import { type Budget, cost } from './budget.ts';
import { call, create } from './call.ts';
import type { Classes } from './classes.ts';
import { Cursor } from './cursor.ts';
import { Memo } from './memo.ts';
import { opcodeOf } from './opcodes.ts';
import { steps } from './steps.ts';

/** Carries out one opcode, whose byte has been read. */
export type Step = (machine: Machine) => void;

/** What the readings of one file share: the classes named, the memory left, and who takes over after a BUILD. */
export interface Surroundings {
  readonly budget: Budget;
  readonly classes: Classes;
  /**
   * Called with an object that BUILD completed; gives what shall stand in its place. joblib writes an array's bytes
   * right after the object that describes it.
   */
  readonly afterBuild: ((built: PyValue, machine: Machine) => PyValue) | undefined;
  /** Where byte 0 of the reading lies, for messages: '' for the file itself. */
  readonly where: string;
}

/** The stack's high water rises by so many slots at a time. */
const rise = 1024;

/**
 * The pickle machine: a loop over opcodes with its own stack, so that nesting takes no recursion. It calls nothing that
 * the file names. After CPython's `Lib/pickle.py`, class `_Unpickler`.
 */
export class Machine {
  readonly cursor: Cursor;
  readonly around: Surroundings;
  readonly memo = new Memo();
  protocol = 0;
  /** The class that was last named by two lines, and where they stand. */
  spelled: { readonly start: number; readonly end: number; readonly cls: PyClass } | undefined;
  readonly #stack: PyValue[] = [];
  readonly #marks: number[] = [];
  /** Height of the stack at the last mark: nothing below may be taken. */
  #floor = 0;
  #highest = 0;
  #done = false;

  constructor(bytes: Uint8Array, position: number, around: Surroundings) {
    this.cursor = new Cursor(bytes, position);
    this.around = around;
  }

  /**
   * Reads up to STOP and returns the object; `cursor.position` is then behind it.
   * @throws CodedError of this room, with the byte offset and the opcode.
   */
  run(): PyValue {
    this.advance(Infinity);
    return this.#stack.pop() ?? null;
  }

  /**
   * Carries out opcodes up to STOP, at most `count`.
   * @returns whether STOP was reached. @throws as {@link run}
   */
  advance(count: number): boolean {
    const { cursor } = this;
    const { budget } = this.around;
    let at = cursor.position;
    try {
      for (let left = count; left > 0 && !this.#done; left--) {
        at = cursor.position;
        const step = steps[cursor.u1()];
        if (step === undefined) throw malformed('no opcode has this byte');
        budget.values -= cost.opcode;
        if (budget.values < 0) budget.exhausted();
        step(this);
      }
    } catch (thrown) {
      throw this.#placed(thrown, at);
    }
    return this.#done;
  }

  /** STOP. */
  stop(): void {
    if (this.#marks.length > 0) throw malformed('the pickle ends with a mark open');
    if (this.#stack.length !== 1)
      throw malformed(`the pickle ends with ${this.#stack.length} objects, not one`);
    this.#done = true;
  }

  push(value: PyValue): void {
    if (this.#stack.push(value) <= this.#highest) return;
    this.#highest += rise;
    this.around.budget.spend(rise * cost.slot);
  }

  /** Values that an opcode leaves on the heap, by {@link cost}. */
  spend(bytes: number): void {
    this.around.budget.spend(bytes);
  }

  pop(): PyValue {
    if (this.#stack.length <= this.#floor) throw malformed('an object is needed, none is on the stack');
    return this.#stack.pop() as PyValue;
  }

  top(): PyValue {
    if (this.#stack.length <= this.#floor) throw malformed('an object is needed, none is on the stack');
    return this.#stack[this.#stack.length - 1] as PyValue;
  }

  replaceTop(value: PyValue): void {
    this.#stack[this.#stack.length - 1] = value;
  }

  mark(): void {
    this.around.budget.spend(cost.mark);
    this.#floor = this.#stack.length;
    this.#marks.push(this.#floor);
  }

  /** Objects pushed since the last mark, which is taken away with them. */
  popMark(): PyValue[] {
    const start = this.#marks.pop();
    if (start === undefined) throw malformed('a mark is needed, none is on the stack');
    this.#floor = this.#marks.at(-1) ?? 0;
    const stack = this.#stack;
    // splice would copy through a slow path for the two or three objects that are usual here
    if (stack.length - start > 8) return stack.splice(start);
    const items: PyValue[] = [];
    for (let at = start; at < stack.length; at++) items.push(stack[at] as PyValue);
    stack.length = start;
    return items;
  }

  /** POP takes a mark away when that is what lies on top. */
  discard(): void {
    if (this.#marks.length > 0 && this.#stack.length === this.#floor) this.popMark();
    else this.pop();
  }

  memoize(index: number): void {
    this.around.budget.spend(cost.memo);
    this.memo.put(index, this.top());
  }

  popTuple(whatFor: string): readonly PyValue[] {
    const value = this.pop();
    if (value instanceof PyTuple) return value.items;
    throw malformed(`${whatFor} must be a tuple`);
  }

  classNamed(module: string, name: string): PyClass {
    return this.around.classes.named(module, name, this.around.budget);
  }

  /** See `call.ts`. */
  call(callee: PyValue, args: readonly PyValue[], via: Via): PyValue {
    return call(this, callee, args, via);
  }

  create(cls: PyValue, args: readonly PyValue[], kwargs?: PyDict): PyValue {
    return create(this, cls, args, kwargs);
  }

  #placed(thrown: unknown, at: number): unknown {
    const fault = thrown instanceof RangeError && !(thrown instanceof Fault) ? tooLarge(thrown) : thrown;
    if (!(fault instanceof Fault)) return thrown;
    const byte = this.cursor.bytes[at];
    const place = byte === undefined ? `at byte ${at}, the end` : `at byte ${at} (${nameOf(byte)})`;
    return pickleErrors.make[fault.code](`${fault.message}, ${place}${this.around.where}`);
  }
}

/** What the runtime itself refuses: strings beyond half a gigabyte, arrays beyond its limits. */
function tooLarge(thrown: RangeError): Fault {
  return new Fault('pickle-too-large', `a value is larger than this runtime can hold (${thrown.message})`);
}

function nameOf(byte: number): string {
  return opcodeOf(byte)?.name ?? `0x${byte.toString(16).padStart(2, '0')}`;
}
