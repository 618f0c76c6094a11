import { join } from 'node:path';
import { allProcesses, Detached } from '../../base/detached/index.ts';
import { Attempt } from '../runners/index.ts';
import { namesIn, readRecords, runsIn } from './record.ts';

/** A pod whose processes run, told from a kubelet's folder alone. */
export interface Resident {
  readonly namespace: string;
  readonly name: string;
  /** Resident memory of its processes together, bytes. */
  readonly memory: number;
}

/** The pods that run for the kubelet of a folder, whether or not it runs itself. */
export function residents(folder: string): Resident[] {
  const memory = new Map<number, number>();
  for (const { session, resident } of allProcesses()) {
    memory.set(session, (memory.get(session) ?? 0) + resident);
  }
  return readRecords(join(folder, 'pods')).flatMap(({ namespace, name, uid }) => {
    const sessions = runsOf(folder, uid).flatMap(record => {
      const process = Detached.adopt(record);
      return process.end === undefined ? [process.pid] : [];
    });
    if (sessions.length === 0) return [];
    const sum = sessions.reduce((total, session) => total + (memory.get(session) ?? 0), 0);
    return [{ namespace, name, memory: sum }];
  });
}

/**
 * Ends what runs below the folder of a kubelet that is not there any more; resolves to how many processes that were.
 * `grace` in milliseconds.
 */
export async function endLeftovers(folder: string, grace: number, now: () => number): Promise<number> {
  const running = namesIn(join(folder, 'pods'))
    .flatMap(uid => runsOf(folder, uid))
    .flatMap(record => {
      const attempt = Attempt.adopt(record, now);
      return attempt?.running === true ? [attempt] : [];
    });
  await Promise.all(running.map(attempt => attempt.stop(grace)));
  return running.length;
}

/** Records of every attempt at a container of a pod. */
function runsOf(folder: string, uid: string): string[] {
  const containers = join(folder, 'pods', uid, 'containers');
  return namesIn(containers).flatMap(name => runsIn(join(containers, name)));
}
