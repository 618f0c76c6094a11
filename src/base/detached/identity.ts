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
  /** It has ended and nobody has asked for its status yet. */
  readonly defunct: boolean;
}

const pageSize = 4096;

/** A process by its number; undefined when there is none. */
export function processInfo(pid: number): ProcessInfo | undefined {
  if (process.platform !== 'linux') return listed(['-p', String(pid)])[0];
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
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
    defunct: state === 'Z' || state === 'X',
  };
}

/** The same by ps(1), where there is no `/proc`: a process leads its group there, which stands for the session. */
function listed(which: readonly string[]): ProcessInfo[] {
  let text: string;
  try {
    text = execFileSync('ps', [...which, '-o', 'pid=,ppid=,pgid=,rss=,state=,lstart='], { encoding: 'utf8' });
  } catch {
    return [];
  }
  return text.split('\n').flatMap(line => {
    const [pid, parent, group, resident, state = '', ...start] = line.trim().split(/\s+/);
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
        defunct: state.startsWith('Z'),
      },
    ];
  });
}
