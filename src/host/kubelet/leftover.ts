import { join } from 'node:path';
import { Attempt } from '../runners/index.ts';
import { namesIn, runsIn } from './record.ts';

/**
 * Ends what runs below the folder of a kubelet that is not there any more; resolves to how many processes that were.
 * `grace` in milliseconds.
 */
export async function endLeftovers(folder: string, grace: number, now: () => number): Promise<number> {
  const pods = join(folder, 'pods');
  const running = namesIn(pods).flatMap(uid => {
    const containers = join(pods, uid, 'containers');
    return namesIn(containers).flatMap(name =>
      runsIn(join(containers, name)).flatMap(record => {
        const attempt = Attempt.adopt(record, now);
        return attempt?.running === true ? [attempt] : [];
      }),
    );
  });
  await Promise.all(running.map(attempt => attempt.stop(grace)));
  return running.length;
}
