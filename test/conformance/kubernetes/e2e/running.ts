import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** A program that runs until it is told to end; what it says goes to a file. */
export interface Running {
  readonly process: ChildProcess;
  /** Tells it to end, and waits until it has. */
  stop(): Promise<void>;
}

/** What programs of the tests see of ours: neither a proxy nor a cluster of somebody's. */
export function environment(): NodeJS.ProcessEnv {
  const proxies = /^(https?|all)_proxy$|^KUBECONFIG$|^DAVIT_/i;
  const kept = Object.entries(process.env).filter(([name]) => !proxies.test(name));
  return { ...Object.fromEntries(kept), NO_PROXY: '*', no_proxy: '*' };
}

export function start(program: string, words: readonly string[], log: string): Running {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
  const file = createWriteStream(log);
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  child.on('error', error => file.write(`${error.message}\n`));
  return {
    process: child,
    stop: async () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Resolves to the exit status of a program, and what it printed. */
export async function run(
  program: string,
  words: readonly string[],
): Promise<{ readonly status: number | null; readonly output: string }> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += String(data)));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output };
}

/** Waits until something holds. @throws Error after a time, in milliseconds */
export async function until(what: string, patience: number, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what}: not in time`);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
