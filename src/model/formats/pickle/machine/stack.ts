import { Fault, malformed } from '../errors.ts';
import type { PyValue } from '../values.ts';
import type { Machine, Step } from './machine.ts';
import { decimal } from './numbers.ts';

/** The newest protocol there is; CPython refuses a higher number too. */
const newestProtocol = 5;

function recall(machine: Machine, index: number): void {
  const value: PyValue | undefined = machine.memo.get(index);
  if (value === undefined) throw malformed(`the memo has nothing under ${index}`);
  machine.push(value);
}

function lineIndex(machine: Machine): number {
  const text = machine.cursor.line();
  const index = text.length > 16 ? Number.NaN : Number(decimal(text, 'a memo index'));
  if (!Number.isSafeInteger(index) || index < 0) throw malformed('a memo index must be a count');
  return index;
}

/** Marks, memo, framing, and the end. */
export const stackSteps = {
  MARK: m => m.mark(),
  STOP: m => m.stop(),
  POP: m => m.discard(),
  POP_MARK: m => void m.popMark(),
  DUP: m => m.push(m.top()),
  GET: m => recall(m, lineIndex(m)),
  BINGET: m => recall(m, m.cursor.u1()),
  LONG_BINGET: m => recall(m, m.cursor.u4()),
  PUT: m => m.memoize(lineIndex(m)),
  BINPUT: m => m.memoize(m.cursor.u1()),
  LONG_BINPUT: m => m.memoize(m.cursor.u4()),
  MEMOIZE: m => m.memoize(m.memo.count),
  PROTO: m => {
    const protocol = m.cursor.u1();
    if (protocol > newestProtocol)
      throw malformed(`the pickle says protocol ${protocol}; ${newestProtocol} is the newest there is`);
    m.protocol = protocol;
  },
  FRAME: m => {
    // Frames only tell a reader how far to read ahead; the bytes are all here, so only a lie matters.
    const length = m.cursor.u8();
    if (length > m.cursor.remaining)
      throw new Fault(
        'pickle-truncated',
        `a frame of ${length} bytes was announced, ${m.cursor.remaining} are left in the file`,
      );
  },
} satisfies Record<string, Step>;
