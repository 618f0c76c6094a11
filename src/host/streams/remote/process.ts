import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { once } from 'node:events';
import { PassThrough, type Readable, Writable } from 'node:stream';
import type { Start, TerminalSize } from '../contract.ts';

/** A command that runs. */
export interface Running {
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  /** Absent where a terminal has both. */
  readonly stderr: Readable | undefined;
  /** Exit status; 128 and the number of the signal when one ended it. */
  readonly exit: Promise<number>;
  resize?(size: TerminalSize): void;
  /** Ends it and what it has started. */
  kill(this: void): void;
}

/** What a command leaves open when it ends is read so long, in milliseconds. */
const lingering = 10_000;

/**
 * Starts a command in a session of its own.
 * @throws when it cannot be started
 */
export async function startCommand(start: Start, stdin: boolean): Promise<Running> {
  const [file = '', ...rest] = start.argv;
  const { uid, gid } = start;
  const child = spawn(file, rest, {
    cwd: start.folder,
    env: { ...start.environment },
    detached: true,
    stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
  await once(child, 'spawn');
  const { stdout, stderr } = child as { stdout: Readable; stderr: Readable };
  child.stdin?.on('error', () => {});
  return {
    stdin: child.stdin ?? undefined,
    stdout,
    stderr,
    exit: exitOf(child),
    kill: () => kill(child.pid),
  };
}

async function exitOf(child: ChildProcess): Promise<number> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  const cut = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, lingering);
  child.once('close', () => clearTimeout(cut));
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** Ends a process and its group. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/**
 * Starts a command at a terminal of its own.
 * @throws when it cannot be started, or this system has no terminals for us
 */
export async function startAtTerminal(start: Start, size: TerminalSize): Promise<Running> {
  const { spawn: spawnAtTerminal } = await import('@lydell/node-pty');
  const [file = '', ...rest] = start.argv;
  const { uid, gid } = start;
  const { columns: cols, rows } = size;
  const terminal = spawnAtTerminal(file, rest, {
    name: 'xterm',
    cols,
    rows,
    cwd: start.folder,
    env: { ...start.environment },
    encoding: null,
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
  const stdout = new PassThrough();
  stdout.on('drain', () => terminal.resume());
  terminal.onData(data => {
    if (!stdout.write(data)) terminal.pause();
  });
  const exit = new Promise<number>(resolve => {
    terminal.onExit(({ exitCode, signal = 0 }) => {
      stdout.end();
      resolve(signal > 0 ? 128 + signal : exitCode);
    });
  });
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      // Bytes are taken as well, whatever the declaration says.
      terminal.write(chunk as unknown as string);
      done();
    },
  });
  return {
    stdin,
    stdout,
    stderr: undefined,
    exit,
    resize: ({ columns, rows: lines }) => resizeQuietly(() => terminal.resize(columns, lines)),
    kill: () => kill(terminal.pid),
  };
}

/** A terminal whose command has just ended takes no size any more. */
function resizeQuietly(resize: () => void): void {
  try {
    resize();
  } catch {
    // It has ended.
  }
}
