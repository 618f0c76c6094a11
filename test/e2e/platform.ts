import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './program.ts';

export const launcher = join(root, 'bin', 'davit');

/** Only a bound on hanging, milliseconds. */
const patience = 120_000;

/**
 * Blocks that no other cluster of this machine is likely to use.
 * @param first and the number after it are of one suite alone; tests of the host have those from 137 on
 */
export function blocksOf(first: number): { readonly services: string; readonly pods: string } {
  const part = process.pid % 250;
  return { services: `127.${first}.${part}.0/24`, pods: `127.${first + 1}.${part}.0/24` };
}

/** A port of loopback that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/**
 * A port of loopback that is free now, and that the system gives nobody who asks for any: for one that is left and taken again.
 * @throws Error when none of a hundred is free
 */
export async function keptPort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const listening = once(server, 'listening');
    server.listen(port, '127.0.0.1');
    const free = await listening.then(
      () => true,
      () => false,
    );
    if (!free) continue;
    await new Promise(resolve => server.close(resolve));
    return port;
  }
  throw new Error('found no free port between 20000 and 32000');
}

/** A process of Davit, and all that it prints. */
export class Running {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  text = '';
  readonly #seen = new Set<() => void>();

  /**
   * @param cwd folder that it is started in
   * @param program in the place of the launcher: a shell that becomes it
   */
  constructor(words: readonly string[], env: NodeJS.ProcessEnv, cwd?: string, program = launcher) {
    this.process = spawn(program, words, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.process, 'close');
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.text += chunk.toString();
        for (const look of this.#seen) look();
      });
    }
  }

  /** Waits until it has printed something; resolves to what matched. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = (): void => {
      const found = pattern.exec(this.text);
      if (found !== null) resolve(found);
    };
    this.#seen.add(look);
    look();
    void this.ended.then(() => reject(new Error(`davit ended before it said ${pattern}: ${this.text}`)));
    const late = setTimeout(() => reject(new Error(`davit never said ${pattern}: ${this.text}`)), patience);
    return promise.finally(() => {
      clearTimeout(late);
      this.#seen.delete(look);
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.process.kill(signal);
    await this.ended;
  }
}

/** What a command of Davit prints. @throws what it printed when its status is not 0 */
export async function davit(env: NodeJS.ProcessEnv, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(launcher, words, { env });
  return stdout;
}
