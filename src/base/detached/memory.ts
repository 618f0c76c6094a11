import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { allProcesses, childrenOf, processInfo } from './identity.ts';

/*
 * What is asked of many processes twice a second has to be cheap: `stat` adds up all threads of a process, `statm` and `children` do not,
 * and nothing is made of what is read but numbers.
 */

const pageSize = 4096;
const scratch = Buffer.allocUnsafe(4096);

/** The content of a small file of `/proc`; undefined where there is none. */
function small(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const length = readSync(file, scratch, 0, scratch.length, 0);
    return length < scratch.length ? scratch.toString('latin1', 0, length) : readFileSync(path, 'latin1');
  } catch {
    // It has ended meanwhile.
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Resident memory of a process, bytes; 0 when it has ended. */
export function residentOf(pid: number): number {
  if (process.platform !== 'linux') return processInfo(pid)?.resident ?? 0;
  const text = small(`/proc/${pid}/statm`) ?? '';
  return (Number(text.split(' ', 2)[1] ?? 0) || 0) * pageSize;
}

/** Numbers of the processes that a process has started and that have not ended. */
export function childNumbers(parent: number): number[] {
  const text = process.platform === 'linux' ? small(`/proc/${parent}/task/${parent}/children`) : undefined;
  if (text === undefined) {
    return processInfo(parent) === undefined ? [] : childrenOf(parent).map(({ pid }) => pid);
  }
  return text === '' ? [] : text.trimEnd().split(' ').map(Number);
}

/** Processes of the system with their sessions, without those that are known already. */
export function othersThan(known: ReadonlySet<number>): { readonly pid: number; readonly session: number }[] {
  if (process.platform !== 'linux') return allProcesses().filter(({ pid }) => !known.has(pid));
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || known.has(pid)) return [];
    const text = small(`/proc/${pid}/stat`) ?? '';
    // Behind the name, which may hold anything: state, parent, group, session.
    const session = Number(text.slice(text.lastIndexOf(')') + 2).split(' ', 4)[3]);
    return Number.isNaN(session) ? [] : [{ pid, session }];
  });
}
