import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The folder of the group that this process is in, where groups below it may limit memory. */
export interface Place {
  /** Of the interface: cgroups(7). */
  readonly version: 1 | 2;
  readonly folder: string;
}

/**
 * Where a process is in the hierarchies that may limit memory, the newer one first, by its `/proc/PID/mountinfo` and `/proc/PID/cgroup`.
 * Pure.
 */
export function placesIn(mounts: string, groups: string): Place[] {
  const paths = new Map(
    groups.split('\n').flatMap((line): [Place['version'], string][] => {
      const [, number, controllers = '', path = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
      if (number === undefined) return [];
      if (controllers === '') return [[2, path]];
      return controllers.split(',').includes('memory') ? [[1, path]] : [];
    }),
  );
  const found = mounts.split('\n').flatMap((line): Place[] => {
    const [before = '', after = ''] = line.split(' - ', 2);
    const [, , , root = '', point = ''] = before.split(' ').map(unescaped);
    const [type, , options = ''] = after.split(' ');
    const isOld = type === 'cgroup' && options.split(',').includes('memory');
    const version = type === 'cgroup2' ? 2 : isOld ? 1 : undefined;
    const path = version === undefined ? undefined : paths.get(version);
    if (version === undefined || path === undefined) return [];
    const below = relative(root, path);
    return below.startsWith('..') ? [] : [{ version, folder: join(point, below) }];
  });
  return found.toSorted((a, b) => b.version - a.version);
}

/** proc_pid_mountinfo(5) writes blanks and backslashes as octal numbers. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCodePoint(parseInt(digits, 8)));
}

/** Leaf for what was in the group itself: only groups without processes of their own hand controllers on (cgroups(7)). */
const leaf = 'davit-own';

/**
 * Makes groups below a place able to limit memory.
 * @param own processes that may be moved: where there are others, nothing is
 * @returns whether they are
 */
export function enable({ version, folder }: Place, own: ReadonlySet<number>): boolean {
  if (version === 1) return true;
  if (handsOn(folder)) return true;
  const inside = join(folder, leaf);
  try {
    if (!words(join(folder, 'cgroup.controllers')).includes('memory')) return false;
    // The first of all groups may have processes.
    if (!isFirst(folder)) {
      const processes = numbersIn(folder);
      if (processes.some(pid => !own.has(pid))) return false;
      mkdirSync(inside, { recursive: true });
      for (const pid of processes) enter(inside, pid);
    }
    writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory');
    return handsOn(folder);
  } catch {
    try {
      rmdirSync(inside);
    } catch {
      // It was not made, or is in use.
    }
    return false;
  }
}

function handsOn(folder: string): boolean {
  try {
    return words(join(folder, 'cgroup.subtree_control')).includes('memory');
  } catch {
    return false;
  }
}

/** Hands the limiting of memory on to the groups below one without processes. @throws the system’s error */
export function handOn({ version }: Place, folder: string): void {
  if (version === 2 && !handsOn(folder)) writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory');
}

/** Only the first group has no type. */
function isFirst(folder: string): boolean {
  return !readdirSync(folder).includes('cgroup.type');
}

function words(file: string): string[] {
  return readFileSync(file, 'utf8').trim().split(/\s+/);
}

function numbersIn(folder: string): number[] {
  const text = readFileSync(join(folder, 'cgroup.procs'), 'utf8').trim();
  return text === '' ? [] : text.split('\n').map(Number);
}

/** Puts a process into a group. @throws the system’s error */
export function enter(folder: string, pid: number): void {
  try {
    writeFileSync(join(folder, 'cgroup.procs'), String(pid));
  } catch (error) {
    // It has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
