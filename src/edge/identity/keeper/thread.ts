/** The program of the thread that checks passwords. */
import { parentPort } from 'node:worker_threads';
import { compareSync, hashSync } from 'bcryptjs';
import type { Done, Job } from './bcrypt.ts';

const port = parentPort as NonNullable<typeof parentPort>;

function done(job: Job): Done {
  try {
    if ('make' in job) return { id: job.id, hash: hashSync(job.make, job.cost) };
    return { id: job.id, matches: compareSync(job.check, job.hash) };
  } catch (error) {
    return { id: job.id, fault: String(error) };
  }
}

port.on('message', (job: Job) => port.postMessage(done(job)));
