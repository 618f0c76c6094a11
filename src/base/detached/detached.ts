import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { allProcesses, childrenOf, isOver, parseStat, type ProcessInfo, processInfo } from './identity.ts';

/**
 * Runs a command and leaves in its folder what a later process must know of it: the line that tells it from another process with its
 * number, and the status it ended with. A signal that ends the command must not end the shell that writes the status down. A named pipe
 * has an end for its writer as long as a process that does nothing else holds it open: it is that process that `endInput` ends.
 */
const shim = `trap : TERM INT HUP QUIT
if read -r line 2>/dev/null </proc/$$/stat; then echo "$line" >pid; else echo "$$ $(ps -o lstart= -p $$)" >pid; fi
if [ "$1" = fifo ]; then
mkfifo -m 600 pipe && exec 3<>pipe
(sleep 2147483647 >/dev/null 2>&1 & echo $! >holder)
exec <pipe 3>&-
mv pipe input
fi
folder=$2
group=$3
shift 3
([ -z "$group" ] || echo 0 2>/dev/null >"$group"; cd "$folder" && exec "$@")
status=$?
if [ -e holder ]; then read -r holder <holder && kill -9 "$holder" 2>/dev/null; fi
echo $status >exit`;

export interface DetachedStart {
  /** Where `pid`, `exit` and `log` are kept: an empty folder of its own, which may be moved while it runs. */
  readonly record: string;
  readonly argv: readonly string[];
  /** Working directory. */
  readonly folder: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What its standard input is: nothing, a pipe from this process, or a named pipe `input` in the record that outlives this process. */
  readonly input: 'none' | 'pipe' | 'fifo';
  /** File of a control group into which the command alone writes itself before it begins (`cgroup.procs`); none by default. */
  readonly group?: string | undefined;
}

/** How a process ended. */
export interface Ended {
  /** Exit status, 128 + the signal's number when one ended it; undefined when nobody knows. */
  readonly status: number | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Milliseconds between two looks at a process that is not a child of this one. */
const look = 200;
/** Milliseconds between two looks at what is ending, and until that is waited for no longer. */
const pause = 5;
const ending = 10_000;

/** A process in a session of its own that goes on when this process ends, and its record. */
export class Detached {
  record: string;
  /** Number of the shell that waits for the command; it leads the session. */
  readonly pid: number;
  readonly #start: string | undefined;
  readonly #ended = Promise.withResolvers<Ended>();
  #end: Ended | undefined;

  private constructor(record: string, pid: number, start: string | undefined) {
    this.record = record;
    this.pid = pid;
    this.#start = start;
  }

  /** Starts a command. Rejects when not even a shell can be started. */
  static async start(options: DetachedStart): Promise<{ process: Detached; input: Writable | undefined }> {
    const { record, argv, folder, environment, input, group = '' } = options;
    const log = openSync(join(record, 'log'), 'a', 0o600);
    const words = ['-c', shim, 'davit', input === 'fifo' ? 'fifo' : 'plain', folder, group, ...argv];
    let child: ChildProcess;
    try {
      child = spawn('/bin/sh', words, {
        cwd: record,
        env: environment,
        detached: true,
        stdio: [input === 'pipe' ? 'pipe' : 'ignore', log, log],
      });
    } finally {
      closeSync(log);
    }
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const pid = child.pid ?? 0;
    const process = new Detached(record, pid, processInfo(pid)?.start);
    void gone.then(() => process.#over());
    child.stdin?.on('error', () => {});
    (child.stdin as { unref?: () => void } | null)?.unref?.();
    return { process, input: child.stdin ?? undefined };
  }

  /** A process that another one started, by its record: it runs, or it has ended. */
  static adopt(record: string): Detached {
    const { pid, start } = readPid(record);
    const process = new Detached(record, pid, start);
    if (process.#runs()) process.#watch();
    else process.#settle();
    return process;
  }

  /** Undefined while it runs. */
  get end(): Ended | undefined {
    return this.#end;
  }

  get ended(): Promise<Ended> {
    return this.#ended.promise;
  }

  /** The command itself; undefined when it has ended. */
  get command(): number | undefined {
    if (this.#end !== undefined) return undefined;
    return childrenOf(this.pid).find(({ session }) => session === this.pid)?.pid;
  }

  /** Signals the command alone; what it started is its own concern. */
  signal(signal: NodeJS.Signals): void {
    const { command } = this;
    if (command !== undefined) send(command, signal);
  }

  /** Lets the command read the end of its named pipe, once whoever writes to it has closed it. */
  endInput(): void {
    if (this.#end !== undefined) return;
    const holder = numberIn(join(this.record, 'holder'));
    // The number may be another process' by now.
    if (holder !== undefined && processInfo(holder)?.session === this.pid) send(holder, 'SIGKILL');
  }

  /** Ends it and everything in its session: the shell first, which would otherwise sometimes write down how the rest ended. */
  kill(): void {
    if (this.#end !== undefined) return;
    send(this.pid, 'SIGKILL');
    killSession(this.pid);
  }

  #runs(): boolean {
    const info = processInfo(this.pid);
    return info !== undefined && !info.defunct && info.start === this.#start;
  }

  #watch(): void {
    const timer = setInterval(() => {
      if (this.#runs()) return;
      clearInterval(timer);
      void this.#over();
    }, look);
    timer.unref();
  }

  /**
   * Whatever the command has left running goes with it, as in a container. It has ended when that is over: until then it may hold ports
   * and files that whoever comes after it is to have.
   */
  async #over(): Promise<void> {
    const until = performance.now() + ending;
    for (let left = killSession(this.pid); left.length > 0; left = left.filter(one => !isOver(one))) {
      if (performance.now() > until) break;
      await new Promise(resolve => setTimeout(resolve, pause));
    }
    this.#settle();
  }

  #settle(): void {
    if (this.#end !== undefined) return;
    this.#end = readEnd(this.record) ?? unseenEnd(this.record);
    this.#ended.resolve(this.#end);
  }
}

/** Ends the processes of a session but the first; those that it was told to are not over yet. */
function killSession(session: number): ProcessInfo[] {
  if (session <= 1) return [];
  const others = allProcesses().filter(one => one.session === session && one.pid !== session && !isOver(one));
  for (const { pid } of others) send(pid, 'SIGKILL');
  return others;
}

function send(pid: number, signal: NodeJS.Signals): void {
  // 0 and less mean groups, our own among them.
  if (pid <= 1) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone, or another user's by now: either way it is not ours to end.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

function numberIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function readPid(record: string): { pid: number; start: string | undefined } {
  try {
    const line = readFileSync(join(record, 'pid'), 'utf8').trim();
    const info = parseStat(line);
    if (info !== undefined) return info;
    const [pid, ...start] = line.split(/\s+/);
    return { pid: Number(pid), start: start.join(' ') };
  } catch {
    return { pid: 0, start: undefined };
  }
}

/** An end that nobody saw is said to be when it was found, then and ever after. */
function unseenEnd(record: string): Ended {
  const file = join(record, 'unseen');
  try {
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
  } catch {
    // It was found before, or nothing can be written here.
  }
  return { status: undefined, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now() };
}

function readEnd(record: string): Ended | undefined {
  const file = join(record, 'exit');
  try {
    const text = readFileSync(file, 'utf8');
    if (!text.endsWith('\n')) return undefined;
    return { status: Number(text), at: statSync(file).mtimeMs };
  } catch {
    return undefined;
  }
}
