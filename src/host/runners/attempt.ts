import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Detached } from '../../base/detached/index.ts';
import { Contained, type ContainedNote, unstarted } from './engine/contained.ts';
import { dissolve, type GroupNote, hadTooMuch } from './groups/groups.ts';
import { OutputKeeper, type Part, partsOf } from './output.ts';
import type { Mount } from './paths.ts';
import type { Player } from './player.ts';
import { readUnfit, Seat } from './seats/seat.ts';
import { TerminalSize } from './terminal.ts';

/** Amounts by resource, as quantities. */
export interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

/** What is known of an attempt to run a container from the moment it starts; kept in its record as `run.json`. */
export interface AttemptNote {
  /** How often the container was started before. */
  readonly number: number;
  /** Begins with `shared/` where a seat in a shared process plays it. */
  readonly id: string;
  readonly image: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** What further commands in this container need. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Bytes of memory it may have; none when undefined. */
  readonly memory: number | undefined;
  /** What its pod says that it is to have, as of when it was given it. */
  readonly resources?: Resources;
  readonly input: boolean;
  /** Whether it has a terminal. */
  readonly terminal?: boolean;
  /** Whether a seat in a shared process plays it; a process of its own without. */
  readonly isolation?: 'shared';
  /** Where a container engine plays it. */
  readonly contained?: ContainedNote;
  /** The group in which the kernel holds it to its memory; without, its memory is looked at. */
  readonly group?: GroupNote;
}

/** How an attempt ended, as a status tells it. */
export interface AttemptEnd {
  readonly exitCode: number;
  readonly reason: 'Completed' | 'Error' | 'OOMKilled' | 'ContainerStatusUnknown' | 'StartError';
  readonly message: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Exit status of what was killed: 128 + SIGKILL. */
const killed = 137;
/** Exit status of what could not be started. */
const notStarted = 128;

/** What plays a container, and its record. */
export class Attempt {
  readonly process: Player;
  #note: AttemptNote;
  readonly #keeper: OutputKeeper;
  readonly #size = new TerminalSize(() => this.process.command);
  /** Whether this process ended it by force. */
  #forced = false;

  constructor(note: AttemptNote, process: Player, now: () => number) {
    this.#note = note;
    this.process = process;
    this.#keeper = new OutputKeeper(() => process.record, now);
    const { group } = note;
    if (group !== undefined) void process.ended.then(() => this.#leave(group));
    if (process.end !== undefined) return;
    this.#keeper.start();
    void process.ended.then(() => this.#keeper.stop());
  }

  /**
   * Takes up what another kubelet started; undefined when the record is not whole.
   * @param seatOf finds what sits in a shared process; undefined where a process of its own plays
   */
  static adopt(
    record: string,
    now: () => number,
    seatOf: (record: string) => Seat | undefined = () => undefined,
  ): Attempt | undefined {
    try {
      const note = JSON.parse(readFileSync(join(record, 'run.json'), 'utf8')) as AttemptNote;
      return new Attempt(note, seatOf(record) ?? ownPlayer(record, note), now);
    } catch {
      return undefined;
    }
  }

  get note(): AttemptNote {
    return this.#note;
  }

  /** Is known to have something else from now on; what keeps it to that looks here. @throws Error when it cannot be noted */
  change(changes: Pick<AttemptNote, 'memory' | 'resources'>): void {
    const note = { ...this.#note, ...changes };
    writeNote(this.process.record, note);
    this.#note = note;
  }

  get running(): boolean {
    return this.process.end === undefined;
  }

  /** The file whose content is the termination message. */
  get terminationFile(): string {
    return join(this.process.record, 'termination');
  }

  /** Undefined while it runs. */
  get end(): Omit<AttemptEnd, 'message'> | undefined {
    const { end } = this.process;
    if (end === undefined) return undefined;
    const { status, at } = end;
    if (existsSync(join(this.process.record, unstarted)))
      return { exitCode: status ?? notStarted, reason: 'StartError', at };
    if (status === undefined || status === killed) this.#askGroup();
    if (existsSync(this.#oomFile)) return { exitCode: killed, reason: 'OOMKilled', at };
    if (status === undefined && !this.#forced)
      return { exitCode: killed, reason: 'ContainerStatusUnknown', at };
    const exitCode = status ?? killed;
    return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', at };
  }

  output(): readonly Part[] {
    this.#keeper.note();
    return partsOf(this.process.record);
  }

  /** The seat that plays it; undefined for a process of its own. */
  get seat(): Seat | undefined {
    return this.process instanceof Seat ? this.process : undefined;
  }

  /** The container of an engine that plays it; undefined for a process. */
  get contained(): Contained | undefined {
    return this.process instanceof Contained ? this.process : undefined;
  }

  /** Why its container is not to sit in a shared process again; undefined where it may. */
  get unfit(): string | undefined {
    return readUnfit(this.process.record);
  }

  /** Asks it to end, and ends it when it has not after a time; resolves when it has ended. */
  async stop(graceMilliseconds: number): Promise<void> {
    if (graceMilliseconds > 0) {
      this.process.signal('SIGTERM');
      const timer = setTimeout(() => this.kill(), Math.min(graceMilliseconds, 2 ** 31 - 1));
      await this.process.ended;
      clearTimeout(timer);
      return;
    }
    this.kill();
    await this.process.ended;
  }

  /** Tells its terminal a new size. */
  resize(columns: number, rows: number): void {
    if (this.note.terminal === true) void this.#size.set(columns, rows);
  }

  kill(): void {
    this.#forced = true;
    this.process.kill();
  }

  /** Ends it because it has more memory than it may. */
  killForMemory(): void {
    if (!this.running) return;
    try {
      writeFileSync(this.#oomFile, '', { mode: 0o600 });
    } finally {
      this.kill();
    }
  }

  /** Notes that the kernel has ended it for its memory, as long as its group says so. */
  #askGroup(): void {
    const { group } = this.note;
    if (group !== undefined && hadTooMuch(group)) writeFileSync(this.#oomFile, '', { mode: 0o600 });
  }

  /** Its group goes with it, once it is known what that says. */
  async #leave(group: GroupNote): Promise<void> {
    void this.end;
    await dissolve(group);
  }

  get #oomFile(): string {
    return join(this.process.record, 'oom');
  }
}

/** Writes the note of an attempt, whole or not at all. */
export function writeNote(record: string, note: AttemptNote): void {
  const file = join(record, 'run.json');
  writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function ownPlayer(record: string, { contained }: AttemptNote): Player {
  const process = Detached.adopt(record);
  return contained === undefined ? process : new Contained(process, contained);
}
