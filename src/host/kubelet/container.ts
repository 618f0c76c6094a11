import { closeSync, fstatSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import type { Attempt, Part, Resources } from '../runners/index.ts';
import type { Backoff } from './backoff.ts';
import type { ContainerView, Run } from './decide.ts';
import type { Prober } from './probes/prober.ts';
import type { HostedContainer } from './shapes.ts';

/** How container IDs begin. */
export const scheme = 'davit://';

/** A start that came to nothing. */
interface FailedStart {
  readonly at: number;
  readonly message: string;
}

type Try = Attempt | FailedStart;

/** Bytes and lines of a termination message (as a kubelet limits them). */
const messageBytes = 4096;
const fallbackBytes = 2048;
const fallbackLines = 80;
/** Exit status of what could not be started. */
const notStarted = 128;

/** What a kubelet holds of one container: its last two runs, and what is known of the one that goes on. */
export class ContainerState {
  /** What its pod says of it, with the resources that this node has given it. */
  spec: HostedContainer;
  backoff: Backoff | undefined;
  waiting: { readonly reason: string; readonly message?: string } | undefined;
  prober: Prober | undefined;
  /** While it is being stopped. */
  stopping: Promise<void> | undefined;
  /** When it has to have ended by then, on a steady clock in milliseconds. */
  stopBy = Number.POSITIVE_INFINITY;
  #number = 0;
  #current: Try | undefined;
  #previous: Try | undefined;
  readonly #messages = new Map<Attempt, string>();

  constructor(spec: HostedContainer) {
    this.spec = spec;
  }

  /** Number of the next attempt, from 0. */
  get next(): number {
    return this.#number;
  }

  get attempt(): Attempt | undefined {
    return isAttempt(this.#current) ? this.#current : undefined;
  }

  get running(): boolean {
    return this.attempt?.running ?? false;
  }

  /** It has less time to end than it was first given; a time in milliseconds of a steady clock. */
  hasten(by: number): void {
    const { attempt } = this;
    if (attempt === undefined || by >= this.stopBy) return;
    this.stopBy = by;
    const timer = setTimeout(() => attempt.kill(), Math.max(0, by - performance.now()));
    void attempt.process.ended.then(() => clearTimeout(timer));
  }

  /** Is given other resources than before. */
  allot(resources: Resources): void {
    this.spec = { ...this.spec, resources };
  }

  /** Takes a new run; the one before the last is forgotten, with its record. */
  begin(run: Try): void {
    const old = this.#previous;
    this.prober?.stop();
    this.prober = undefined;
    this.waiting = undefined;
    this.stopping = undefined;
    this.#previous = this.#current;
    this.#current = run;
    this.#number = isAttempt(run) ? run.note.number + 1 : this.#number + 1;
    if (!isAttempt(old)) return;
    this.#messages.delete(old);
    rmSync(old.process.record, { recursive: true, force: true });
  }

  view(): ContainerView {
    const { backoff, waiting, prober, running } = this;
    return {
      restarts: Math.max(0, this.#number - 1),
      ...(this.#current !== undefined && { current: this.#runOf(this.#current) }),
      ...(this.#previous !== undefined && { previous: this.#runOf(this.#previous) }),
      started: running && (prober?.started ?? false),
      ready: running && (prober?.ready ?? false),
      ...(waiting !== undefined && { waiting }),
      ...(backoff !== undefined && { backoff }),
    };
  }

  /** What one of the last two runs has written; undefined when it is neither. */
  output(id: string): { parts: () => readonly Part[]; ended: () => boolean } | undefined {
    for (const run of [this.#current, this.#previous]) {
      if (isAttempt(run) && scheme + run.note.id === id) {
        return { parts: () => run.output(), ended: () => !run.running };
      }
    }
    return undefined;
  }

  #runOf(run: Try): Run {
    if (!isAttempt(run)) {
      const { at, message } = run;
      return { id: '', startedAt: at, end: { exitCode: notStarted, reason: 'StartError', message, at } };
    }
    const { end, note } = run;
    const { id, startedAt } = note;
    if (end === undefined) return { id: scheme + id, startedAt };
    return { id: scheme + id, startedAt, end: { ...end, message: this.#messageOf(run) } };
  }

  #messageOf(run: Attempt): string {
    let message = this.#messages.get(run);
    if (message === undefined) {
      message = terminationMessage(run, this.spec);
      this.#messages.set(run, message);
    }
    return message;
  }
}

function isAttempt(run: Try | undefined): run is Attempt {
  return run !== undefined && 'note' in run;
}

/** What a container that ended left to say: in its file, or by the end of its log where its policy says so. */
function terminationMessage(run: Attempt, { terminationMessagePolicy }: HostedContainer): string {
  if (run.end?.reason === 'ContainerStatusUnknown') {
    return 'The container could not be located when the pod was terminated';
  }
  const told = readEnd(run.terminationFile, messageBytes);
  const falls = terminationMessagePolicy === 'FallbackToLogsOnError' && run.end?.exitCode !== 0;
  if (told !== '' || !falls) return told;
  const log = readEnd(run.output().at(-1)?.path ?? '', fallbackBytes);
  return log
    .split('\n')
    .slice(-fallbackLines - 1)
    .join('\n');
}

function readEnd(path: string, most: number): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      if (size <= most) return readFileSync(file, 'utf8');
      const buffer = Buffer.alloc(most);
      readSync(file, buffer, 0, most, size - most);
      return buffer.toString();
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
