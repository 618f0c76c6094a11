import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Detached } from '../../../base/detached/index.ts';
import { namesIn } from './left.ts';
import type { SeatRequest } from './messages.ts';
import { readNote, readSeatEnd, Seat, writeNote } from './seat.ts';
import { SharedProcess, socketOf } from './shared.ts';
import { SharedWatch } from './watch.ts';

export interface SeatingOptions {
  /** Folder with a record for each shared process. */
  readonly folder: string;
  /** Starts `davit` with these words; its record is a folder that is not there yet. */
  readonly launch: (record: string, words: readonly string[]) => Promise<Detached>;
  /** Seats in a process. */
  readonly most: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  /** Milliseconds until a process has to say something where somebody waits for it; 20 s unless said. */
  readonly patience?: number;
}

/** Processes that there are as soon as there is one: the other one is there when it ends. */
const least = 2;
/** Milliseconds that processes stay when nothing sits in them. */
const emptyStays = 10_000;
/** A process may end so often while it works for a seat before that is to have one of its own: others are worked for meanwhile, too. */
const mostStrikes = 2;
/** Exit status of what was killed. */
const killed = 137;

/**
 * Seats for servers in processes that they share. When such a process ends, all sit again at once, in the processes that there are: up to
 * twice as many as usual, since those run already. Those it was working for twice are to have processes of their own.
 */
export class Seating {
  readonly #options: SeatingOptions;
  readonly #processes = new Map<string, SharedProcess>();
  readonly #watch: SharedWatch;
  readonly #empty = new Map<SharedProcess, NodeJS.Timeout>();
  #starting: Promise<SharedProcess> | undefined;
  #lastNumber = 0;
  #count = 0;
  #stopped = false;

  constructor(options: SeatingOptions) {
    this.#options = options;
    this.#watch = new SharedWatch(() => this.#processes.values());
    // Those of a host that is gone are taken up when a seat of theirs is; one without seats ends by itself.
    for (const name of namesIn(options.folder)) this.#count = Math.max(this.#count, Number(name) + 1 || 0);
    for (const name of namesIn(options.folder)) this.#known(join(options.folder, name));
  }

  /**
   * Takes a seat, and resolves once its server listens and has tried its models.
   * @returns why it has to have a process of its own, as a text
   */
  async take(request: Omit<SeatRequest, 'number'>): Promise<Seat | string> {
    for (let tries = 0; tries < 2; tries++) {
      const shared = await this.#withRoom(this.#options.most);
      const seat = new Seat({ ...request, number: ++this.#lastNumber });
      writeNote({ process: shared.process.record, request: seat.request });
      const sat = await this.#sit(shared, seat);
      if (sat.taken) {
        this.#second();
        return seat;
      }
      if (shared.process.end === undefined) return sat.why;
    }
    return 'shared processes ended while it was started';
  }

  /** Takes up a seat that another host took; undefined when a process of its own plays the container. */
  adopt(record: string): Seat | undefined {
    const note = readNote(record);
    if (note === undefined) return undefined;
    const seat = new Seat(note.request);
    this.#lastNumber = Math.max(this.#lastNumber, note.request.number);
    const end = readSeatEnd(record);
    const shared = end === undefined ? this.#known(note.process) : undefined;
    if (shared === undefined || shared.process.end !== undefined) {
      seat.settle(end?.status, end?.at ?? shared?.process.end?.at ?? this.#options.now());
    } else {
      this.#keep(shared);
      shared.attach(seat);
      void seat.ended.then(() => this.#leftOf(shared));
    }
    return seat;
  }

  /** Ends what a start that was cut off has left. */
  async clear(record: string): Promise<void> {
    const note = readNote(record);
    if (note === undefined) return;
    this.#lastNumber = Math.max(this.#lastNumber, note.request.number);
    await this.#processes.get(note.process)?.clear(note.request);
  }

  /** Processes with seats go on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watch.stop();
    for (const timer of this.#empty.values()) clearTimeout(timer);
    // One that is only starting is to be known before it is left.
    await this.#starting?.catch(() => {});
    await Promise.all([...this.#processes.values()].map(shared => left(shared)));
  }

  async #sit(shared: SharedProcess, seat: Seat): Promise<Awaited<ReturnType<SharedProcess['sit']>>> {
    this.#keep(shared);
    void seat.ended.then(() => this.#leftOf(shared));
    const sat = await shared.sit(seat);
    if (!sat.taken) this.#leftOf(shared);
    return sat;
  }

  /** The process with the fewest seats, of those with less than `most`; a new one where there is none. */
  async #withRoom(most: number): Promise<SharedProcess> {
    for (;;) {
      const open = [...this.#processes.values()].filter(
        ({ process, seats, silent }) => process.end === undefined && !silent && seats.size < most,
      );
      const [first] = open.toSorted((a, b) => a.seats.size - b.seats.size);
      if (first !== undefined) return first;
      await this.#begin();
    }
  }

  /** One at a time. */
  #begin(): Promise<SharedProcess> {
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  /** Starts another process beside the only one. */
  #second(): void {
    if (this.#processes.size >= least || this.#starting !== undefined || this.#stopped) return;
    this.#begin().then(shared => this.#leftOf(shared), this.#options.onError);
  }

  async #start(): Promise<SharedProcess> {
    const { folder, launch } = this.#options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const record = join(folder, String(this.#count++));
    const process = await launch(record, ['seats', '--record', record, socketOf(record)]);
    return this.#add(process);
  }

  #known(record: string): SharedProcess {
    const found = this.#processes.get(record);
    if (found !== undefined) return found;
    const shared = this.#add(Detached.adopt(record));
    this.#leftOf(shared);
    return shared;
  }

  #add(process: Detached): SharedProcess {
    const { onError, patience } = this.#options;
    const shared = new SharedProcess({ process, onError, patience, onEnded: one => this.#ended(one) });
    this.#processes.set(process.record, shared);
    this.#watch.start();
    return shared;
  }

  #keep(shared: SharedProcess): void {
    clearTimeout(this.#empty.get(shared));
    this.#empty.delete(shared);
  }

  #leftOf(shared: SharedProcess): void {
    if (shared.seats.size > 0 || this.#empty.has(shared) || this.#stopped) return;
    const end = (): void => {
      this.#empty.delete(shared);
      const all = [...this.#processes.values()];
      const needed = all.length <= least && all.some(({ seats }) => seats.size > 0);
      if (shared.seats.size > 0 || needed) return;
      this.#processes.delete(shared.process.record);
      shared.process.signal('SIGTERM');
      for (const one of all) if (one !== shared) this.#leftOf(one);
    };
    this.#empty.set(shared, setTimeout(end, emptyStays).unref());
  }

  #ended(shared: SharedProcess): void {
    const { process } = shared;
    const { onError } = this.#options;
    this.#processes.delete(process.record);
    this.#keep(shared);
    const hands = shared.hands();
    const seats = [...shared.seats.values()];
    shared.seats.clear();
    rmSync(process.record, { recursive: true, force: true });
    if (seats.length > 0) {
      const status = process.end?.status ?? 'unknown';
      onError(new Error(`it ended with status ${status}; ${seats.length} model servers go on in another`));
    }
    for (const seat of seats) {
      const end = readSeatEnd(seat.record);
      if (end !== undefined) seat.settle(end.status, end.at);
      else if (hands.has(seat.request.number) && ++seat.strikes >= mostStrikes)
        seat.settle(process.end?.status ?? killed, this.#options.now(), suspected);
      else void this.#again(seat);
    }
    if (seats.length > 0) this.#second();
  }

  async #again(seat: Seat): Promise<void> {
    seat.tellReady(false);
    try {
      for (let tries = 0; tries < 2; tries++) {
        const shared = await this.#withRoom(this.#options.most * 2);
        if (seat.end !== undefined) return;
        writeNote({ process: shared.process.record, request: seat.request });
        const sat = await this.#sit(shared, seat);
        if (sat.taken) return;
        if (shared.process.end === undefined) break;
      }
    } catch (error) {
      this.#options.onError(error);
    }
    seat.settle(undefined, this.#options.now());
  }
}

async function left(shared: SharedProcess): Promise<void> {
  if (shared.seats.size === 0) shared.process.signal('SIGTERM');
  await shared.close();
}

const suspected = 'processes that it shared with others ended while they worked for this one';
