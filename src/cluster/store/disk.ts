import { Worker } from 'node:worker_threads';
import { errorOf } from '../../base/errors/index.ts';
import { type Done, type Job, type Row, rowOf } from './rows.ts';
import type { Opening } from './thread.ts';

/** Where changes are kept: a file on a thread of its own, or nowhere. */
export interface Disk {
  /** Resolves when all are on the disk; rejects when none is kept. */
  append(rows: readonly Row[]): Promise<void>;
  /** Takes changes away, and remembers up to which revision none may be missed. */
  compact(through: number, revisions: readonly number[]): Promise<void>;
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}

/** What a file holds when it is opened. */
export interface Contents {
  readonly rows: readonly Row[];
  /** History reaches back to here: changes after it are all there. */
  readonly compacted: number;
}

const program = new URL(
  import.meta.url.endsWith('.ts') ? './thread.ts' : './thread-store.cjs',
  import.meta.url,
);

type JobWithoutId = Job extends infer One ? (One extends Job ? Omit<One, 'id'> : never) : never;

/**
 * Opens a file on a thread of its own: a write that waits for the disk holds nobody up.
 * @throws `store-locked`, `store-newer`, `store-damaged`, `store-unavailable`.
 */
export async function openDisk(path: string, pages?: number): Promise<{ disk: Disk; contents: Contents }> {
  const worker = new Worker(program, { workerData: { path, pages } });
  try {
    const contents = await contentsOf(worker);
    return { disk: new ThreadDisk(worker), contents };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** What a thread tells of its file, which it reads meanwhile. */
async function contentsOf(worker: Worker): Promise<Contents> {
  const rows: Row[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Contents>();
  const hear = (opening: Opening): void => {
    if ('failed' in opening) reject(errorOf(opening.failed));
    else if ('rows' in opening) for (const cells of opening.rows) rows.push(rowOf(cells));
    else resolve({ rows, compacted: opening.compacted });
  };
  worker.on('message', hear);
  worker.once('error', reject);
  try {
    return await promise;
  } finally {
    worker.off('message', hear);
    worker.off('error', reject);
  }
}

class ThreadDisk implements Disk {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #next = 0;
  /** Why the thread takes no more. */
  #ended: unknown;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', ({ id, fault }: Done) => {
      const job = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (fault === undefined) job?.resolve();
      else job?.reject(errorOf(fault));
    });
    const end = (reason: unknown): void => {
      this.#ended ??= reason;
      for (const { reject } of this.#waiting.values()) reject(reason);
      this.#waiting.clear();
    };
    worker.on('error', end);
    worker.on('exit', () => end(new Error('the thread of the store has ended')));
  }

  append(rows: readonly Row[]): Promise<void> {
    return this.#ask({ do: 'append', rows });
  }

  compact(through: number, revisions: readonly number[]): Promise<void> {
    return this.#ask({ do: 'compact', through, revisions });
  }

  backup(file: string): Promise<void> {
    return this.#ask({ do: 'backup', file });
  }

  async close(): Promise<void> {
    await this.#ask({ do: 'close' });
    await this.#worker.terminate();
  }

  #ask(job: JobWithoutId): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    if (this.#ended !== undefined) {
      waiting.reject(this.#ended);
      return waiting.promise;
    }
    const id = this.#next++;
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ ...job, id });
    return waiting.promise;
  }
}

/** Keeps nothing. */
export const noDisk: Disk = {
  append: async () => {},
  compact: async () => {},
  backup: async () => {},
  close: async () => {},
};
