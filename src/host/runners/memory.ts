import { childNumbers, othersThan, residentOf } from '../../base/detached/index.ts';
import type { Attempt } from './attempt.ts';
import { keep } from './groups/groups.ts';

/** Milliseconds between two looks. */
const look = 500;
/** Looks in which each container is looked at; those that have taken half of their limit are looked at always. */
const round = 20;
/** Containers that are looked at each time in turn, at least. */
const inTurn = 32;
const near = 0.5;

interface Watched {
  /** Part of its limit that it had at the last look. */
  part: number;
  /** What it has left running under another parent, found in its session. */
  strays: readonly number[];
  /** Every process of it, as far as it is known. */
  processes: readonly number[];
}

/**
 * Ends containers whose processes have more resident memory than their limit: what groups of the kernel do at once, where there are such,
 * this does at the next look. It looks at those in groups, too: what a process had before it came into its group does not count there. What
 * it costs does not grow with the containers, as long as few of them are near their limits.
 */
export class MemoryWatch {
  readonly #watched = new Map<Attempt, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;

  add(attempt: Attempt): void {
    const { group, memory: limit } = attempt.note;
    if (group !== undefined) keep(group, limit);
    // A seat in a shared process has no memory of its own that could be counted, and an engine counts itself, where it can.
    if (attempt.note.contained !== undefined) return;
    if (attempt.note.memory === undefined) this.#remove(attempt);
    if (attempt.note.memory === undefined || !attempt.running || attempt.process.pid === 0) return;
    if (this.#watched.has(attempt)) return;
    this.#watched.set(attempt, { part: 1, strays: [], processes: [] });
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
    if (++this.#looks % round === 0) this.#seekStrays();
    const most = Math.max(inTurn, Math.ceil(this.#watched.size / round));
    let turns = 0;
    const due = [...this.#watched].filter(([, { part }]) => part >= near || turns++ < most);
    for (const [attempt, watched] of due) this.#count(attempt, watched);
  }

  /** Goes to the end of those whose turn comes. */
  #count(attempt: Attempt, watched: Watched): void {
    const { memory = Number.POSITIVE_INFINITY } = attempt.note;
    const anew = watched.part >= near || this.#watched.size <= inTurn;
    let bytes = anew ? Number.POSITIVE_INFINITY : counted(watched);
    // A number that was a process of its own may be another's by now: none is judged by that.
    if (bytes >= memory * near) bytes = recounted(attempt.process.pid, watched);
    watched.part = bytes / memory;
    if (!this.#watched.delete(attempt)) return;
    this.#watched.set(attempt, watched);
    if (bytes > memory) attempt.killForMemory();
  }

  /** Finds what belongs to the session of a container, and has no parent there any more. */
  #seekStrays(): void {
    const sessions = new Map<number, number[]>();
    const known = new Set<number>();
    for (const [{ process }, watched] of this.#watched) {
      sessions.set(process.pid, []);
      for (const pid of watched.processes) if (!watched.strays.includes(pid)) known.add(pid);
    }
    for (const { pid, session } of othersThan(known)) sessions.get(session)?.push(pid);
    for (const [{ process }, watched] of this.#watched) {
      watched.strays = (sessions.get(process.pid) ?? []).filter(pid => pid !== process.pid);
      watched.processes = [...new Set([...watched.processes, ...watched.strays])];
    }
  }
}

/** Resident memory of a container's processes, bytes; those that have left their parents are not counted. */
export function residentBytes({ process }: Attempt): number {
  return recounted(process.pid, { part: 0, strays: [], processes: [] });
}

/** Resident memory of the processes that a container is known to have, bytes; those that have ended are forgotten. */
function counted(watched: Watched): number {
  let bytes = 0;
  watched.processes = watched.processes.filter(pid => {
    const resident = residentOf(pid);
    bytes += resident;
    return resident > 0;
  });
  return bytes;
}

/** Resident memory of a container by its processes as they are now, bytes. */
function recounted(leader: number, watched: Watched): number {
  const processes = [leader, ...watched.strays];
  let bytes = 0;
  for (let at = 0; at < processes.length; at++) {
    const pid = processes[at] ?? 0;
    bytes += residentOf(pid);
    for (const child of childNumbers(pid)) if (!processes.includes(child)) processes.push(child);
  }
  watched.processes = processes;
  return bytes;
}
