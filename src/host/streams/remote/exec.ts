import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { messageOf } from '../../../base/errors/index.ts';
import type { RunningContainer, TerminalSize } from '../contract.ts';
import type { Channels } from './channels.ts';
import { exited, failed, type Outcome } from './outcome.ts';
import { type Running, startAtTerminal, startCommand } from './process.ts';

/** A terminal's size when its client tells none. */
const usualSize: TerminalSize = { columns: 80, rows: 24 };
/** Milliseconds that a client has for telling one. */
const toldWithin = 200;

/** Runs a command in a container for a client, until it ends or the client goes. */
export async function exec(
  container: RunningContainer,
  command: readonly string[],
  terminal: boolean,
  channels: Channels,
): Promise<void> {
  const { promise: first, resolve: tell } = Promise.withResolvers<TerminalSize>();
  let running: Running | undefined;
  channels.onResize(size => {
    tell(size);
    running?.resize?.(size);
  });
  try {
    const start = container.command(command, terminal);
    running = terminal
      ? await startAtTerminal(start, await sizeSoon(first))
      : await startCommand(start, channels.stdin !== undefined);
  } catch (error) {
    return channels.finish(failed(`error executing command in container: ${messageOf(error)}`));
  }
  const { kill } = running;
  channels.onGone(kill);
  const forget = container.onEnd?.(kill);
  await channels.finish(await ended(running, command, channels));
  forget?.();
}

/** The size that a client tells right after it has connected, so that the command finds its terminal as it is. */
async function sizeSoon(told: Promise<TerminalSize>): Promise<TerminalSize> {
  const { promise: late, resolve } = Promise.withResolvers<TerminalSize>();
  const timer = setTimeout(() => resolve(usualSize), toldWithin);
  const size = await Promise.race([told, late]);
  clearTimeout(timer);
  return size;
}

async function ended(running: Running, command: readonly string[], channels: Channels): Promise<Outcome> {
  const { stdin, stdout, stderr, exit } = running;
  if (channels.stdin !== undefined && stdin !== undefined) feed(channels.stdin, stdin);
  await Promise.all([drain(stdout, channels.stdout), drain(stderr, channels.stderr)]);
  return exited(command, await exit);
}

/** Gives a command its input. What comes after it has closed it goes nowhere. */
function feed(from: Readable, to: Writable): void {
  from.on('error', () => to.end());
  to.on('close', () => from.resume());
  from.pipe(to);
}

/** Resolves when everything has been passed on; what nobody wants is read all the same, or the command would wait. */
async function drain(from: Readable | undefined, to: Writable | undefined): Promise<void> {
  if (from === undefined) return;
  from.on('error', () => {});
  if (to === undefined) from.resume();
  else {
    to.on('error', () => from.resume());
    to.on('close', () => from.resume());
    from.pipe(to);
  }
  await finished(from, { writable: false }).catch(() => {});
  if (to !== undefined) await finished(to, { readable: false }).catch(() => {});
}
