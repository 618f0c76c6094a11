import type { FromThread, ToThread } from '../messages.ts';
import type { Allowance } from './allowance.ts';

/** How a thread was lost by the work it did: it ended, it did not come back, or it took more memory than there is. */
export type Fault = 'crashed' | 'stuck' | 'memory';

/** A server whose models are computed by shared threads. */
export interface Owner {
  readonly name: string;
  /** Threads that work for it. */
  running: number;
  /** Its tasks that wait, and bytes of their bodies. */
  waiting: number;
  waitingBytes: number;
  closed: boolean;
  /** Learns that a thread was lost by its work. */
  readonly onFault: (fault: Fault, message: string) => void;
}

/** Work for a thread, and where its outcome goes. */
export interface Task {
  readonly owner: Owner;
  readonly id: number;
  readonly allowed: Allowance;
  readonly generation: number | undefined;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly message: (knows: ReadonlySet<number>) => Exclude<ToThread, { kind: 'forget' }>;
  readonly done: (outcome: FromThread) => void;
  readonly failed: (error: Error) => void;
}
