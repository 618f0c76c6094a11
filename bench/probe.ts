import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Answer, type Question } from './ask.ts';

/** Asks this often: seldom enough that a server which shares its core with a computation keeps up. */
const everyMillis = 20;

export interface Probed {
  /** Milliseconds of each answer. */
  readonly latencies: readonly number[];
  /** Answers that were wrong, and connections that failed. */
  readonly failures: number;
}

/**
 * Asks at a fixed rhythm over one connection, everything that is due before `endsAt` (on performance's clock). An answer
 * that keeps later questions waiting is charged with their waiting too (latency counts from when a question was due), so
 * that a long stall is not one sample among thousands.
 */
export async function probe(
  question: Question,
  isRight: (answer: Answer) => boolean,
  endsAt: () => number,
): Promise<Probed> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const latencies: number[] = [];
  let failures = 0;
  let due = performance.now();
  while (due < endsAt()) {
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    // A timer that fires late is our lateness, not the server's.
    const from = early > 0 ? performance.now() : due;
    const answer = await ask({ ...question, agent }).catch(() => undefined);
    if (answer === undefined || !isRight(answer)) failures++;
    latencies.push(performance.now() - from);
    due += everyMillis;
  }
  agent.destroy();
  return { latencies, failures };
}
