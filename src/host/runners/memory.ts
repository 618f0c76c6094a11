import { allProcesses, childrenOf, processInfo } from '../../base/detached/index.ts';
import type { Attempt } from './attempt.ts';

/** Milliseconds between two looks. */
const look = 500;
/** Containers that are looked at each time in turn; those that have taken half of their limit are looked at always. */
const inTurn = 32;
const near = 0.5;
/** At each so manieth look whole sessions are counted, since what a container has left running has another parent. */
const whole = 20;

/**
 * Ends containers whose processes have more resident memory than their limit: what cgroups do at once, this does at the next look. What
 * it costs does not grow with the containers, as long as few of them are near their limits.
 */
export class MemoryWatch {
  /** Part of its limit that each had at the last look. */
  readonly #watched = new Map<Attempt, number>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;

  add(attempt: Attempt): void {
    // A seat in a shared process has no memory of its own that could be counted.
    if (attempt.note.memory === undefined || !attempt.running || attempt.process.pid === 0) return;
    this.#watched.set(attempt, 1);
    void attempt.process.ended.then(() => this.#remove(attempt));
    this.#timer ??= setInterval(() => this.#look(), look).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#watched.clear();
  }

  #remove(attempt: Attempt): void {
    this.#watched.delete(attempt);
    if (this.#watched.size === 0) this.stop();
  }

  #look(): void {
    if (++this.#looks % whole === 0) return this.#lookAtAll();
    const all = [...this.#watched].map(([attempt, part]) => ({ attempt, part }));
    const [close, others] = [all.filter(({ part }) => part >= near), all.filter(({ part }) => part < near)];
    for (const { attempt } of [...close, ...others.slice(0, inTurn)]) {
      this.#found(attempt, residentBelow(attempt.process.pid));
    }
  }

  #lookAtAll(): void {
    const resident = new Map<number, number>();
    for (const { session, resident: bytes } of allProcesses()) {
      resident.set(session, (resident.get(session) ?? 0) + bytes);
    }
    const all = [...this.#watched.keys()];
    for (const attempt of all) this.#found(attempt, resident.get(attempt.process.pid) ?? 0);
  }

  /** Goes to the end of those whose turn comes. */
  #found(attempt: Attempt, bytes: number): void {
    const { memory = Number.POSITIVE_INFINITY } = attempt.note;
    if (!this.#watched.delete(attempt)) return;
    this.#watched.set(attempt, bytes / memory);
    if (bytes > memory) attempt.killForMemory();
  }
}

/** Resident memory of a process and of all that it has started, bytes. */
function residentBelow(pid: number): number {
  const own = processInfo(pid)?.resident ?? 0;
  return childrenOf(pid).reduce((sum, child) => sum + residentBelow(child.pid), own);
}
