import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Output, RunningContainer } from '../contract.ts';
import { logOf } from '../logs/read.ts';
import type { Channels } from './channels.ts';
import { succeeded } from './outcome.ts';

/** What a client of a running container sees: what it writes from now on, until it ends. */
const fromNow = {
  follow: true,
  previous: false,
  timestamps: false,
  tail: 0,
  since: undefined,
  limit: undefined,
};

/** Connects a client to a running container, until the container ends or the client goes. */
export async function attach(
  container: RunningContainer,
  output: Output | undefined,
  channels: Channels,
): Promise<void> {
  const gone = new AbortController();
  channels.onGone(() => gone.abort());
  channels.onResize(size => container.resize?.(size));
  const { stdin, stdout } = channels;
  if (stdin !== undefined) {
    const input = await container.input?.();
    if (input === undefined) stdin.resume();
    else {
      input.on('error', () => stdin.resume());
      stdin.on('error', () => {});
      stdin.pipe(input);
    }
  }
  if (output !== undefined) {
    for await (const bytes of logOf(output, fromNow, gone.signal)) {
      if (stdout !== undefined) await written(stdout, bytes, gone.signal);
    }
  }
  if (!gone.signal.aborted) await channels.finish(succeeded);
}

async function written(to: Writable, bytes: Buffer, signal: AbortSignal): Promise<void> {
  if (to.destroyed || to.write(bytes)) return;
  await once(to, 'drain', { signal }).catch(() => {});
}
