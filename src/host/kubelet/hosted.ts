import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Pod } from '../../cluster/view/index.ts';
import type { HostedPod as Offered, Output, RunningContainer } from '../streams/index.ts';
import { type Attempt, notExecutable } from '../runners/index.ts';
import { mirroredId } from './playing.ts';
import { commandIn } from './starting.ts';
import type { PodWorker } from './worker.ts';

/** What logs, exec and port-forward see of a pod. */
export function offered(worker: PodWorker, commands: 'allowed' | 'refused'): Offered {
  return {
    object: { ...worker.pod, status: { ...worker.pod.status, ...worker.status() } } as unknown as Pod,
    address: worker.address,
    output: (container, id) => outputOf(worker, container, id),
    running: container => {
      const state = worker.containers.state(container);
      const attempt = state?.attempt;
      return attempt?.running === true ? runningIn(attempt, commands) : undefined;
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

function runningIn(attempt: Attempt, commands: 'allowed' | 'refused'): RunningContainer {
  const command: RunningContainer['command'] = words => {
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
  if (!attempt.note.input) return { command };
  return { command, input: () => inputOf(attempt) };
}

async function inputOf(attempt: Attempt): Promise<Writable> {
  // Opened for both ways, so that opening waits for nobody.
  const file = await open(join(attempt.process.record, 'input'), 'r+');
  return createWriteStream('', { fd: file });
}
