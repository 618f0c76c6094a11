import { readdirSync, readFileSync } from 'node:fs';

// What /proc counts CPU time in: USER_HZ, 100 on every architecture Node.js runs on.
const ticksPerSecond = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Seconds of CPU, with those of children it has waited for. */
  readonly cpu: number;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined; // the process has gone
  }
}

// proc_pid_stat(5): after the name in brackets, which may hold anything, fields are numbered from 3.
function stat(pid: number | 'self'): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const rest = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const field = (number: number): number => rest[number - 3] ?? 0;
  const cpu = (field(14) + field(15) + field(16) + field(17)) / ticksPerSecond;
  return { pid: Number.parseInt(text, 10), parent: field(4), session: field(6), cpu };
}

/** The process, its session, and all their descendants. */
export function treeOf(leader: number): readonly number[] {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => stat(Number(name)) ?? []);
  const tree = new Set([leader, ...all.filter(one => one.session === leader).map(one => one.pid)]);
  for (let size = 0; size !== tree.size;) {
    size = tree.size;
    for (const one of all) if (tree.has(one.parent)) tree.add(one.pid);
  }
  return [...tree];
}

/** CPU seconds that a tree has used: user and system. */
export function cpuOf(leader: number): number {
  return treeOf(leader).reduce((sum, pid) => sum + (stat(pid)?.cpu ?? 0), 0);
}

/** The same of a program that was started here, in milliseconds. */
export function millisecondsOf({ pid = 0 }: { readonly pid?: number | undefined }): number {
  return cpuOf(pid) * 1000;
}

/** CPU seconds of this process and of the children it has waited for (wrk among them). */
export function ownCpu(): number {
  return stat('self')?.cpu ?? 0;
}

/** CPU seconds of the whole machine so far: used, and taken by the host from this guest. */
export function machineCpu(): { readonly used: number; readonly stolen: number } {
  const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]!;
  const [user, nice, system, , , irq, softirq, stolen] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(ticks => Number(ticks) / ticksPerSecond) as [
    ...[number, number, number, number, number],
    ...[number, number, number],
  ];
  return { used: user + nice + system + irq + softirq, stolen };
}

/** Memory of a tree in MiB. `pss` shares out the pages that processes have in common; `peak` sums each one's largest. */
export interface Memory {
  readonly rss: number;
  readonly pss: number;
  readonly peak: number;
  readonly processes: number;
}

function kibibytes(text: string | undefined, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text ?? '')?.[1] ?? 0) / 1024;
}

export function memoryOf(leader: number): Memory {
  const pids = treeOf(leader).filter(pid => read(`/proc/${pid}/smaps_rollup`) !== undefined);
  const sum = (file: string, key: string): number =>
    pids.reduce((total, pid) => total + kibibytes(read(`/proc/${pid}/${file}`), key), 0);
  return {
    rss: sum('smaps_rollup', 'Rss'),
    pss: sum('smaps_rollup', 'Pss'),
    peak: sum('status', 'VmHWM'),
    processes: pids.length,
  };
}
