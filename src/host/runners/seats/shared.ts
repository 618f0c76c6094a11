import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Detached } from '../../../base/detached/index.ts';
import { Channel } from './channel.ts';
import { type FromShared, handsFile, type SeatName, type SeatState } from './messages.ts';
import { readSeatEnd, type Seat, type Shared } from './seat.ts';

/** Bytes that the path of a socket may have everywhere. */
const longestSocket = 100;

/** Where a shared process listens for its host: in its record, or where the path is short enough. */
export function socketOf(record: string): string {
  const inside = join(record, 'socket');
  if (Buffer.byteLength(inside) <= longestSocket) return inside;
  const name = createHash('sha256').update(record).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `davit-${name}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, 'socket');
}

export interface SharedProcessOptions {
  readonly process: Detached;
  /** It has ended: these seats were in it. */
  readonly onEnded: (shared: SharedProcess) => void;
  readonly onError: (error: unknown) => void;
  /** Milliseconds until it has to say something where somebody waits for it. */
  readonly patience?: number | undefined;
}

/** Milliseconds: one that the system keeps from computing, on a busy machine, may be slow. */
const usualPatience = 20_000;

/** What became of a seat that was asked for: nothing to say when it is taken. */
export type Sat = { readonly taken: true } | { readonly taken: false; readonly why: string };

/** A process of this machine with seats for many servers, seen from its host. */
export class SharedProcess implements Shared {
  readonly process: Detached;
  readonly seats = new Map<string, Seat>();
  /** Number of the process itself, once it has told. */
  pid: number | undefined;
  /** What it had computed when it was asked whether it answers, milliseconds; undefined once it has answered. */
  askedAt: number | undefined;
  readonly #options: SharedProcessOptions;
  readonly #patience: number;
  readonly #asked = new Map<string, (sat: Sat) => void>();
  readonly #channel: Promise<Channel | undefined>;
  #present: Map<string, SeatState> | undefined;
  /** Ends that are waited for, by the numbers of seats. */
  readonly #dropped = new Map<number, () => void>();
  /** Messages that have come. */
  #heard = 0;
  #silent = false;
  #closed = false;

  constructor(options: SharedProcessOptions) {
    const { process, onError, patience = usualPatience } = options;
    this.process = process;
    this.#options = options;
    this.#patience = patience;
    const ears = {
      heard: (message: FromShared): void => this.#hear(message),
      // It closes with the process, whose end is told a little later.
      lost: (): void => this.#await(() => false, 'it had no line to its host'),
    };
    this.#channel = Channel.open(socketOf(process.record), () => this.#gone, ears).catch((error: unknown) => {
      // It runs and cannot be reached: its seats would be out of reach for ever.
      if (!this.#gone) process.kill();
      if (!this.#gone) onError(error);
      return undefined;
    });
    void process.ended.then(() => this.#over());
  }

  /** Whether it has been given up, though it may not have ended yet. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Takes a seat in it. */
  sit(seat: Seat): Promise<Sat> {
    const { record } = seat;
    this.seats.set(record, seat);
    seat.shared = this;
    const { promise, resolve } = Promise.withResolvers<Sat>();
    this.#asked.set(record, resolve);
    if (this.process.end === undefined) {
      this.#send({ do: 'sit', request: seat.request });
      this.#awaitWord();
    } else this.#answer(record, { taken: false, why: 'the shared process has ended' });
    return promise;
  }

  /** Takes up a seat that another host took. */
  attach(seat: Seat): void {
    seat.shared = this;
    this.seats.set(seat.record, seat);
    if (this.#present !== undefined) this.#compare(seat, this.#present);
  }

  leave({ request: { record, number } }: Seat): void {
    this.#send({ do: 'leave', record, number });
  }

  drop({ request: { record, number } }: Seat): void {
    this.#send({ do: 'drop', record, number });
    this.#awaitWord();
  }

  /** Ends a seat that nobody here knows of, and the process where it does not do that; resolves when that is over. */
  clear({ record, number }: SeatName): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.process.end !== undefined) return Promise.resolve();
    this.#dropped.set(number, resolve);
    this.#send({ do: 'drop', record, number });
    this.#await(() => !this.#dropped.has(number), 'it did not end a seat');
    return promise;
  }

  /** Asks whether it answers. */
  ask(used: number): void {
    this.askedAt = used;
    this.#send({ do: 'ping', id: used });
  }

  /** Ends it since it does not answer. */
  endSilent(): void {
    this.#silent = true;
    this.process.kill();
  }

  /**
   * Numbers of the seats that its threads work for, or worked for when it ended; none when it did not answer, for it is none of these
   * threads that answers.
   */
  hands(): Set<number> {
    if (this.#silent) return new Set();
    try {
      const bytes = readFileSync(join(this.process.record, handsFile));
      const numbers = Array.from({ length: bytes.length >> 2 }, (_, at) => bytes.readUInt32LE(at * 4));
      return new Set(numbers.filter(number => number !== 0));
    } catch {
      return new Set();
    }
  }

  /** It goes on, with nobody who listens. */
  async close(): Promise<void> {
    this.#closed = true;
    (await this.#channel)?.close();
  }

  get #gone(): boolean {
    return this.#closed || this.process.end !== undefined;
  }

  /** Ends it when it says nothing at all: a model may take long, an answer may not. */
  #awaitWord(): void {
    const before = this.#heard;
    this.#send({ do: 'ping', id: 0 });
    this.#await(() => this.#heard > before, 'it said nothing');
  }

  /**
   * Ends it unless something is done after a while, from when it could be reached: one that is stopped, or waits for a disk, does not
   * compute, and is no other than one without work. Whoever waits for one that does not even end goes on without it.
   */
  #await(done: () => boolean, what: string): void {
    const later = (then: () => void): void => void setTimeout(then, this.#patience).unref();
    const look = (): void => {
      if (done() || this.#gone) return;
      this.#options.onError(new Error(`${what} for ${this.#patience / 1000} s, and is ended`));
      this.endSilent();
      later(() => this.#release('the shared process does not answer'));
    };
    void this.#channel.then(() => later(look));
  }

  #send(message: Parameters<Channel['send']>[0]): void {
    void this.#channel.then(channel => channel?.send(message));
  }

  #hear(message: FromShared): void {
    this.#heard++;
    if (message.is === 'here') return this.#meet(message);
    if (message.is === 'pong') {
      this.askedAt = undefined;
      return;
    }
    const { record, number } = message;
    if (message.is === 'ended') this.#cleared(number);
    // What is told of one that sat here before is not for the one that has its place.
    if (this.seats.get(record)?.request.number !== number) return;
    if (message.is === 'seated') this.#answer(record, { taken: true });
    else if (message.is === 'refused') {
      this.seats.delete(record);
      this.#answer(record, { taken: false, why: message.why });
    } else if (message.is === 'ready') this.seats.get(record)?.tellReady(message.ready);
    else this.#left(record, message.status, message.unfit);
  }

  #meet({ pid, seats }: Extract<FromShared, { is: 'here' }>): void {
    this.pid = pid;
    this.#present = new Map(seats.map(seat => [seat.record, seat]));
    for (const seat of this.seats.values()) {
      if (!this.#asked.has(seat.record)) this.#compare(seat, this.#present);
    }
    // Their pods are gone, and their folders with them.
    for (const { record, number } of seats)
      if (!existsSync(record)) this.#send({ do: 'drop', record, number });
  }

  #compare(seat: Seat, present: ReadonlyMap<string, SeatState>): void {
    const state = present.get(seat.record);
    if (state?.number !== seat.request.number) this.#left(seat.record, undefined);
    else seat.tellReady(state.ready);
  }

  #left(record: string, status: number | undefined, unfit?: string): void {
    const seat = this.seats.get(record);
    this.seats.delete(record);
    const end = readSeatEnd(record);
    seat?.settle(status ?? end?.status, end?.at ?? Date.now(), unfit);
    this.#answer(record, { taken: true });
  }

  #cleared(number: number): void {
    this.#dropped.get(number)?.();
    this.#dropped.delete(number);
  }

  #answer(record: string, sat: Sat): void {
    this.#asked.get(record)?.(sat);
    this.#asked.delete(record);
  }

  /** Nobody waits for it any more. */
  #release(why: string): void {
    for (const number of this.#dropped.keys()) this.#cleared(number);
    for (const record of this.#asked.keys()) {
      this.seats.delete(record);
      this.#answer(record, { taken: false, why });
    }
  }

  #over(): void {
    void this.#channel.then(channel => channel?.close());
    this.#release('the shared process ended');
    if (!this.#closed) this.#options.onEnded(this);
  }
}
