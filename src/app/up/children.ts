import { type ChildProcess, spawn } from 'node:child_process';
import type { Log } from '../../base/log/index.ts';

/** Milliseconds before a process that ended is started again: doubled each time, and forgotten once it has lasted. */
const firstPause = 100;
const longestPause = 10_000;
const lasting = 30_000;
/** What a process is told when it may begin. */
const go = '\n';

export interface ChildOptions {
  readonly name: string;
  /** Words after `davit`. */
  readonly words: readonly string[];
  readonly log: Log;
}

/**
 * Another process of Davit, started again when it ends. It is loaded at once, and does nothing until it may begin. It ends by itself
 * when this process has gone, however it went.
 */
export class Child {
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pause = firstPause;
  #stopped = false;
  #mayBegin = false;

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  start(): void {
    const { name, words, log } = this.#options;
    const began = performance.now();
    const program = process.argv[1] ?? '';
    // Its standard input is a pipe whose other end only this process has: it ends with it.
    // What the launcher says of memory is meant for the process that holds the state.
    const flags = process.execArgv.filter(flag => !flag.startsWith('--max-semi-space-size'));
    const child = spawn(process.execPath, [...flags, program, ...words, '--tied'], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    this.#process = child;
    child.stdin.on('error', () => {});
    if (this.#mayBegin) child.stdin.write(go);
    child.once('error', error => log.error('a process cannot be started', { name, reason: error.message }));
    child.once('exit', (code, signal) => {
      this.#process = undefined;
      if (this.#stopped) return;
      if (performance.now() - began > lasting) this.#pause = firstPause;
      log.error('a process ended and is started again', { name, status: signal ?? code ?? undefined });
      this.#timer = setTimeout(() => this.start(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, longestPause);
    });
  }

  /** Lets it do its work, now and whenever it is started again. */
  begin(): void {
    this.#mayBegin = true;
    this.#process?.stdin?.write(go);
  }

  /** Asks it to end, makes it end after `grace` milliseconds. */
  async stop(grace: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const child = this.#process;
    if (child === undefined) return;
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), grace);
    await gone;
    clearTimeout(timer);
  }
}

/** Ends the pods that run for a cluster whose host is gone; resolves to how many processes that were. `grace` in milliseconds. */
export async function endPods(folder: string, grace: number): Promise<number> {
  const { endLeftovers } = await import('../../host/kubelet/index.ts');
  return endLeftovers(folder, grace, Date.now);
}
