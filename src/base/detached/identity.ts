import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process as the system tells it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Something that no other process with this number has: its start, in the system's own unit. */
  readonly start: string;
  /** Resident memory, bytes. */
  readonly resident: number;
  /** Milliseconds that it has computed. */
  readonly used: number;
  /** It has ended and nobody has asked for its status yet. */
  readonly defunct: boolean;
}

const pageSize = 4096;
/** Milliseconds of a tick, in which Linux tells what a process has computed. */
const tick = 10;

/** A process by its number; undefined when there is none. */
export function processInfo(pid: number): ProcessInfo | undefined {
  if (process.platform !== 'linux') return listed(['-p', String(pid)])[0];
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Milliseconds that the first thread of a process has computed; that of all its threads where the system does not tell them apart. */
export function firstThreadUsed(pid: number): number | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8'))?.used;
  } catch {
    return processInfo(pid)?.used;
  }
}

/** Whether a process has ended with all its threads, so that it holds nothing any more: the first may have ended before the others. */
export function isOver({ pid, start }: ProcessInfo): boolean {
  const info = processInfo(pid);
  if (info === undefined || info.start !== start) return true;
  return info.defunct && threadsOf(pid) <= 1;
}

function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
}

/** Every process that the system shows. */
export function allProcesses(): ProcessInfo[] {
  if (process.platform !== 'linux') return listed(['-A']);
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    const info = processInfo(Number(name));
    return info === undefined ? [] : [info];
  });
}

/** Reads a line of `/proc/PID/stat` (proc_pid_stat(5)); the name in it may hold spaces and parentheses. */
export function parseStat(text: string): ProcessInfo | undefined {
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  const [state, parent, group, session] = fields;
  const start = fields[19];
  const pid = Number.parseInt(text, 10);
  if (nameEnd < 0 || start === undefined || Number.isNaN(pid)) return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    start,
    resident: Number(fields[21] ?? 0) * pageSize,
    used: (Number(fields[11]) + Number(fields[12])) * tick,
    defunct: state === 'Z' || state === 'X',
  };
}

/** The processes that a process has started and that have not ended. */
export function childrenOf(parent: number): ProcessInfo[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
  } catch {
    return allProcesses().filter(one => one.parent === parent);
  }
  return text.split(' ').flatMap(pid => (pid === '' ? [] : (processInfo(Number(pid)) ?? [])));
}

/** `1:02:03`, `2:03.45`; ps(1) tells days before a dash. */
function millisecondsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').toReversed();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}

/** The same by ps(1), where there is no `/proc`: a process leads its group there, which stands for the session. */
function listed(which: readonly string[]): ProcessInfo[] {
  let text: string;
  try {
    text = execFileSync('ps', [...which, '-o', 'pid=,ppid=,pgid=,rss=,state=,time=,lstart='], {
      encoding: 'utf8',
    });
  } catch {
    return [];
  }
  return text.split('\n').flatMap(line => {
    const [pid, parent, group, resident, state = '', time = '', ...start] = line.trim().split(/\s+/);
    if (pid === undefined || pid === '') return [];
    const [leader, own] = [Number(group), Number(pid)];
    return [
      {
        pid: own,
        parent: Number(parent),
        group: leader,
        session: leader,
        start: start.join(' '),
        resident: Number(resident) * 1024,
        used: millisecondsOf(time),
        defunct: state.startsWith('Z'),
      },
    ];
  });
}
