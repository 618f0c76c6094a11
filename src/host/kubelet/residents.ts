import { join } from 'node:path';
import { allProcesses, Detached } from '../../base/detached/index.ts';
import { Attempt, sharedBy, sharedProcesses } from '../runners/index.ts';
import { namesIn, readRecords, runsIn } from './record.ts';

/** Below the folder of a kubelet: records of the processes that model servers share. */
export const sharedFolder = 'shared';

/** A pod whose processes run, told from a kubelet's folder alone. */
export interface Resident {
  readonly namespace: string;
  readonly name: string;
  /** Resident memory of its processes together, and its part of those that it shares; bytes. */
  readonly memory: number;
}

/** The pods that run for the kubelet of a folder, whether or not it runs itself. */
export function residents(folder: string): Resident[] {
  const memory = new Map<number, number>();
  for (const { session, resident } of allProcesses()) {
    memory.set(session, (memory.get(session) ?? 0) + resident);
  }
  const pods = readRecords(join(folder, 'pods')).map(pod => ({ ...pod, runs: runsOf(folder, pod.uid) }));
  const seats = new Map<string, number>();
  for (const record of pods.flatMap(({ runs }) => runs)) {
    const shared = sharedBy(record);
    if (shared !== undefined) seats.set(shared, (seats.get(shared) ?? 0) + 1);
  }
  return pods.flatMap(({ namespace, name, runs }) => {
    const parts = runs.flatMap(record => {
      const shared = sharedBy(record);
      const process = Detached.adopt(shared ?? record);
      if (process.end !== undefined) return [];
      return [(memory.get(process.pid) ?? 0) / (seats.get(shared ?? '') ?? 1)];
    });
    if (parts.length === 0) return [];
    return [{ namespace, name, memory: Math.round(parts.reduce((total, part) => total + part, 0)) }];
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
      if (sharedBy(record) !== undefined) return [];
      const attempt = Attempt.adopt(record, now);
      return attempt?.running === true ? [attempt] : [];
    });
  const shared = sharedProcesses(join(folder, sharedFolder));
  await Promise.all([...running, ...shared].map(one => one.stop(grace)));
  return running.length + shared.length;
}

/** Records of every attempt at a container of a pod. */
function runsOf(folder: string, uid: string): string[] {
  const containers = join(folder, 'pods', uid, 'containers');
  return namesIn(containers).flatMap(name => runsIn(join(containers, name)));
}
