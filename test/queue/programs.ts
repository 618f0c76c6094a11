import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { root } from '../e2e/program.ts';

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** Resolves to the first log line of an event, also one that is already there. */
  readonly event: (name: string) => Promise<Record<string, unknown>>;
}

/** Starts a command of Davit; killed, if it still runs, when the test ends. */
export function start(
  context: TestContext,
  words: readonly string[],
  env: Record<string, string> = {},
): Started {
  const child = spawn(join(root, 'bin', 'davit'), words, {
    env: { ...process.env, DAVIT_LOG_FORMAT: 'json', DAVIT_DRAIN_QUIET: '50ms', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  const looks = new Set<() => void>();
  createInterface({ input: child.stderr }).on('line', line => {
    lines.push(line);
    looks.forEach(look => look());
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  context.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const event = (name: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find(line => line.includes(`"event":"${name}"`));
        if (found !== undefined) resolve(JSON.parse(found) as Record<string, unknown>);
      };
      looks.add(look);
      look();
      void ended.then(code =>
        reject(new Error(`davit ended with ${code} before "${name}":\n${lines.join('\n')}`)),
      );
    });
  return { child, ended, event };
}
