import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorNote, noteOf } from '../../base/errors/index.ts';
import { StoreFile } from './file.ts';
import type { Cells, Done, Job } from './rows.ts';

/** What the thread says first: what the file holds, piece by piece, and that this was all; or why it cannot be opened. */
export type Opening =
  | { readonly rows: readonly Cells[] }
  | { readonly compacted: number }
  | { readonly failed: ErrorNote };

const port = parentPort as NonNullable<typeof parentPort>;

function work(file: StoreFile, job: Job): void {
  switch (job.do) {
    case 'append':
      file.append(job.rows);
      return;
    case 'compact':
      file.compact(job.through, job.revisions);
      return;
    case 'backup':
      file.backup(job.file);
      return;
    case 'close':
      file.close();
  }
}

function serve(file: StoreFile): void {
  port.on('message', (job: Job) => {
    let done: Done = { id: job.id };
    try {
      work(file, job);
    } catch (error) {
      done = { id: job.id, fault: noteOf(error) };
    }
    port.postMessage(done);
    if (job.do === 'close') port.close();
  });
}

try {
  const { path, pages } = workerData as { path: string; pages: number | undefined };
  const file = new StoreFile(path, pages);
  for (const rows of file.contents()) port.postMessage({ rows } satisfies Opening);
  port.postMessage({ compacted: file.compacted } satisfies Opening);
  serve(file);
} catch (error) {
  port.postMessage({ failed: noteOf(error) } satisfies Opening);
  port.close();
}
