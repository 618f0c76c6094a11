import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Output, RunningContainer } from '../contract.ts';
import { writtenFromNow } from '../logs/read.ts';
import type { Channels } from './channels.ts';
import { succeeded } from './outcome.ts';

/** Connects a client to a running container: it sees what is written from now on, until the container ends or the client goes. */
export async function attach(
  container: RunningContainer,
  output: Output | undefined,
  channels: Channels,
): Promise<void> {
  const gone = new AbortController();
  channels.onGone(() => gone.abort());
  channels.onResize(size => container.resize?.(size));
  const { stdin, stdout } = channels;
  // Before the input is given: what the container answers must not be missed.
  const written = output === undefined ? undefined : await writtenFromNow(output, gone.signal);
  if (stdin !== undefined) {
    const input = await container.input?.();
    if (input === undefined) stdin.resume();
    else {
      input.on('error', () => stdin.resume());
      stdin.on('error', () => {});
      stdin.pipe(input);
    }
  }
  for await (const bytes of written ?? []) {
    if (stdout !== undefined) await give(stdout, bytes, gone.signal);
  }
  if (!gone.signal.aborted) await channels.finish(succeeded);
}

async function give(to: Writable, bytes: Buffer, signal: AbortSignal): Promise<void> {
  if (to.destroyed || to.write(bytes)) return;
  await once(to, 'drain', { signal }).catch(() => {});
}
