import { createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { HostedPod as Offered, Output, RunningContainer } from '../streams/index.ts';
import { type Attempt, notExecutable } from '../runners/index.ts';
import { mirroredId } from './playing.ts';
import { commandIn } from './starting.ts';
import type { HostedPod } from './shapes.ts';
import type { PodWorker } from './worker.ts';

/** Annotation of a Pod that another program of the machine shows, such as the gateway: no kubelet starts it. */
export const mirror = 'kubernetes.io/config.mirror';

/** What port-forward sees of such a pod. */
export function shown(pod: HostedPod): Offered {
  return { object: pod, address: pod.status?.podIP, output: () => undefined, running: () => undefined };
}

/** What logs, exec and port-forward see of a pod. */
export function offered(worker: PodWorker, commands: 'allowed' | 'refused'): Offered {
  return {
    object: { ...worker.pod, status: { ...worker.pod.status, ...worker.status() } },
    address: worker.address,
    ports: worker.ports,
    output: (container, id) => outputOf(worker, container, id),
    running: container => {
      const state = worker.containers.state(container);
      const attempt = state?.attempt;
      return attempt?.running === true
        ? runningIn(attempt, commands, endsOnce(worker, container))
        : undefined;
    },
  };
}

function outputOf(worker: PodWorker, container: string, id: string): Output | undefined {
  const state = worker.containers.state(container);
  if (state === undefined) return undefined;
  const { current, previous } = state.view();
  const inside = worker.containers.isInside(container);
  const run = [current, previous].find(
    one => (inside ? mirroredId(container, one?.id ?? '') : one?.id) === id,
  );
  const found = state.output(run?.id ?? '');
  if (found === undefined) return undefined;
  return { segments: () => Promise.resolve(found.parts()), ended: found.ended };
}

/** Whether the input of a container ends with whoever comes first to give it some. */
function endsOnce({ pod: { spec } }: PodWorker, container: string): boolean {
  const found = [...spec.containers, ...(spec.initContainers ?? [])].find(({ name }) => name === container);
  return found?.stdinOnce === true;
}

function runningIn(attempt: Attempt, commands: 'allowed' | 'refused', once: boolean): RunningContainer {
  const command: RunningContainer['command'] = (words, terminal = false) => {
    if (attempt.contained !== undefined) return commandIn(attempt, words, terminal);
    if (commands === 'refused') {
      throw new Error(
        'commands in containers are processes of this machine: davit up needs --allow-host-processes',
      );
    }
    const start = commandIn(attempt, words);
    const why = notExecutable(start.argv[0] ?? '', start.folder, start.environment['PATH'] ?? '');
    if (why !== undefined) throw new Error(why);
    return start;
  };
  const { input, terminal = false } = attempt.note;
  return {
    command,
    ...(input && { input: () => inputOf(attempt, once) }),
    ...(terminal && { resize: ({ columns, rows }) => attempt.resize(columns, rows) }),
  };
}

async function inputOf(attempt: Attempt, once: boolean): Promise<Writable> {
  // Opened for both ways, so that opening waits for nobody.
  const file = await openSoon(() => join(attempt.process.record, 'input'));
  const stream = createWriteStream('', { fd: file });
  if (once) stream.on('close', () => attempt.process.endInput());
  return stream;
}

/** How long a container that has just started may take to have its input, in milliseconds. */
const opening = 2000;

async function openSoon(path: () => string): Promise<FileHandle> {
  for (let waited = 0; ; waited += 10) {
    try {
      return await open(path(), 'r+');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || waited >= opening) throw error;
      await setTimeout(10);
    }
  }
}
