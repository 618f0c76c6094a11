import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { enable, enter, handOn, type Place, placesIn } from './hierarchy.ts';

/** What a container’s processes are held to together by the kernel; kept with what is known of its run. */
export interface GroupNote {
  readonly version: Place['version'];
  readonly folder: string;
}

/** How limits of memory are kept: by the kernel’s groups, or by looking. */
export type MemoryLimits = 'cgroup v2' | 'cgroup v1' | 'sampled';

interface Files {
  readonly limit: string;
  /** What stands for no limit. */
  readonly none: string;
  /** Has a line `oom_kill NUMBER`. */
  readonly events: string;
  /** Written once, where they are there. */
  readonly more: Readonly<Record<string, string>>;
}

const files: Readonly<Record<Place['version'], Files>> = {
  1: { limit: 'memory.limit_in_bytes', none: '-1', events: 'memory.oom_control', more: {} },
  // As the kubelet does it: all of a container ends together, and nothing of it is swapped out.
  2: {
    limit: 'memory.max',
    none: 'max',
    events: 'memory.events',
    more: { 'memory.oom.group': '1', 'memory.swap.max': '0' },
  },
};

/** Tries at removing a group whose last process has just ended, and milliseconds between two. */
const tries = 40;
const pause = 25;

/** The control groups of one cluster’s pods: `davit-NAME/POD/CONTAINER` below the group that its host is in. */
export class Groups {
  readonly #place: Place;
  readonly #folder: string;

  private constructor(place: Place, folder: string) {
    this.#place = place;
    this.#folder = folder;
  }

  /**
   * Groups below the one that this process is in; undefined where it may make none that limit memory.
   * @param name tells the cluster from others of this machine
   * @param own processes that may be moved for it, as version 2 of the interface asks
   */
  static open(name: string, own: ReadonlySet<number>): Groups | undefined {
    for (const place of placesHere()) {
      const groups = new Groups(place, join(place.folder, `davit-${name}`));
      if (enable(place, own) && groups.#works()) return groups;
    }
    return undefined;
  }

  get limits(): MemoryLimits {
    return this.#place.version === 2 ? 'cgroup v2' : 'cgroup v1';
  }

  /** Whether a group with a limit can be made. */
  #works(): boolean {
    try {
      remove(this.make('trial', 'trial', 2 ** 30).folder);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Makes a group for a container, held to so many bytes. That of its pod has no limit of its own: it would be the sum.
   * @throws the system’s error; a TypeError where a name is missing: the group would be one that holds others
   */
  make(pod: string, container: string, memory: number): GroupNote {
    if (pod === '' || container === '')
      throw new TypeError('a group needs the names of a pod and a container');
    const around = join(this.#folder, pod);
    const folder = join(around, container);
    const { version } = this.#place;
    mkdirSync(around, { recursive: true });
    handOn(this.#place, this.#folder);
    handOn(this.#place, around);
    mkdirSync(folder, { recursive: true });
    const group = { version, folder };
    try {
      bound(group, memory);
    } catch (error) {
      remove(folder);
      throw error;
    }
    for (const [name, value] of Object.entries(files[version].more)) {
      try {
        writeFileSync(join(folder, name), value);
      } catch {
        // Not every kernel has it.
      }
    }
    return group;
  }
}

/** Holds a group to so many bytes, or to none. @throws the system’s error */
export function bound({ version, folder }: GroupNote, memory: number | undefined): void {
  const { limit, none } = files[version];
  writeFileSync(join(folder, limit), memory === undefined ? none : String(memory));
}

/** Holds a group to so many bytes where the kernel lets it: it may not, as long as the group has more. */
export function keep(group: GroupNote, memory: number | undefined): void {
  try {
    bound(group, memory);
  } catch {
    // Its memory is looked at, too.
  }
}

/** Puts a process, and whatever it starts from now on, into a group. @throws the system’s error */
export function put({ folder }: GroupNote, pid: number): void {
  enter(folder, pid);
}

/** The file into which a process writes 0 to be in a group. */
export function entrance({ folder }: GroupNote): string {
  return join(folder, 'cgroup.procs');
}

/** Whether the kernel has ended a process of a group for its memory; false where the group is gone. */
export function hadTooMuch({ version, folder }: GroupNote): boolean {
  try {
    const text = readFileSync(join(folder, files[version].events), 'utf8');
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0) > 0;
  } catch {
    return false;
  }
}

/** Removes a group whose processes have ended, and those around it that are of no use any more. */
export async function dissolve({ folder }: GroupNote): Promise<void> {
  for (let tried = 1; !remove(folder) && tried < tries; tried++) {
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

/** Whether a group is gone. That of its pod goes with the last of its containers, and that of all pods with the last of them. */
function remove(folder: string): boolean {
  try {
    rmdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return false;
  }
  for (const around of [dirname(folder), dirname(dirname(folder))]) {
    try {
      rmdirSync(around);
    } catch {
      return true;
    }
  }
  return true;
}

function placesHere(): Place[] {
  try {
    return placesIn(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'));
  } catch {
    // Not Linux.
    return [];
  }
}
