import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../../../base/detached/index.ts';
import type { Player } from '../player.ts';
import type { SeatRequest } from './messages.ts';

/** What a seat's record says of where it is. */
export interface SeatNote {
  /** Record of the shared process. */
  readonly process: string;
  readonly request: SeatRequest;
}

const noteFile = 'seat.json';

/** What a seat asks of the shared process it is in. */
export interface Shared {
  leave(seat: Seat): void;
  drop(seat: Seat): void;
}

/** A server in a shared process that plays a container. */
export class Seat implements Player {
  readonly pid = 0;
  readonly command = undefined;
  readonly request: SeatRequest;
  ready = false;
  /** How often a process ended while it worked for this seat. */
  strikes = 0;
  shared: Shared | undefined;
  /** Learns that `ready` has changed. */
  onReady: (() => void) | undefined;
  readonly #ended = Promise.withResolvers<Ended>();
  #end: Ended | undefined;

  constructor(request: SeatRequest) {
    this.request = request;
  }

  get record(): string {
    return this.request.record;
  }

  get end(): Ended | undefined {
    return this.#end;
  }

  get ended(): Promise<Ended> {
    return this.#ended.promise;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#end !== undefined) return;
    if (signal === 'SIGKILL') this.kill();
    else this.shared?.leave(this);
  }

  endInput(): void {}

  kill(): void {
    if (this.#end === undefined) this.shared?.drop(this);
  }

  tellReady(ready: boolean): void {
    if (ready === this.ready) return;
    this.ready = ready;
    this.onReady?.();
  }

  /** It is over: `status` undefined when nobody knows how, `unfit` where it is not to sit in a shared process again. */
  settle(status: number | undefined, at: number, unfit?: string): void {
    if (this.#end !== undefined) return;
    if (unfit !== undefined) tellUnfit(this.record, unfit);
    this.ready = false;
    this.shared = undefined;
    this.#end = { status, at };
    this.#ended.resolve(this.#end);
  }
}

/** Writes where a seat is, before it is taken: whoever comes after this process finds it. */
export function writeNote(note: SeatNote): void {
  const { record } = note.request;
  mkdirSync(record, { recursive: true, mode: 0o700 });
  const file = join(record, noteFile);
  writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Undefined when a process of its own plays the container. */
export function readNote(record: string): SeatNote | undefined {
  try {
    return JSON.parse(readFileSync(join(record, noteFile), 'utf8')) as SeatNote;
  } catch {
    return undefined;
  }
}

const unfitFile = 'unfit';

/** It is its container's last word, too. */
function tellUnfit(record: string, why: string): void {
  try {
    writeFileSync(join(record, unfitFile), why, { mode: 0o600 });
    writeFileSync(join(record, 'termination'), why, { mode: 0o600 });
  } catch {
    // Without it the next try may be a seat again, and tell again.
  }
}

export function readUnfit(record: string): string | undefined {
  try {
    return readFileSync(join(record, unfitFile), 'utf8');
  } catch {
    return undefined;
  }
}

/** How a seat ended, by its record. */
export function readSeatEnd(record: string): Ended | undefined {
  const file = join(record, 'exit');
  try {
    const text = readFileSync(file, 'utf8');
    return text.endsWith('\n') ? { status: Number(text), at: statSync(file).mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}
