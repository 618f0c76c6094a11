import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Detached } from '../../../base/detached/index.ts';
import { readNote, readSeatEnd } from './seat.ts';

/** The record of the shared process in which a container runs, by its own; undefined when it has a process of its own, or has ended. */
export function sharedBy(record: string): string | undefined {
  const note = readNote(record);
  return note === undefined || readSeatEnd(record) !== undefined ? undefined : note.process;
}

/** A process that is to end. */
export interface Stoppable {
  /** Asks it to end, and ends it when it has not after a time in milliseconds; resolves when it has ended. */
  stop(grace: number): Promise<void>;
}

/** The shared processes that run, by the folder of their records. */
export function sharedProcesses(folder: string): Stoppable[] {
  return namesIn(folder).flatMap(name => {
    const process = Detached.adopt(join(folder, name));
    return process.end === undefined ? [{ stop: grace => stop(process, grace) }] : [];
  });
}

async function stop(process: Detached, grace: number): Promise<void> {
  process.signal('SIGTERM');
  const timer = setTimeout(() => process.kill(), grace);
  await process.ended;
  clearTimeout(timer);
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
