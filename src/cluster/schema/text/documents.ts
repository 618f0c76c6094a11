import { Worker } from 'node:worker_threads';
import { DecodeError, type Parsed } from './json.ts';
import type { Outcome } from './thread.ts';
import { parseQuick } from './yaml.ts';

const program = new URL(
  import.meta.url.endsWith('.ts') ? './thread.ts' : './thread-yaml.js',
  import.meta.url,
);

/** Documents that may wait to be read: together, and of one user. */
export const mostDocuments = 32;
export const mostOfOne = 2;

/** What reading one document may take. */
export interface DocumentBounds {
  readonly seconds?: number;
  readonly megabytes?: number;
}

/** Many times what a usual one of the largest bodies takes. */
const usual = { seconds: 60, megabytes: 1024 };

/** Who waits for a document. */
export interface Reader {
  /** Of whom only so many may wait. */
  readonly name: string;
  /** Whether anybody still waits for it when its turn comes. */
  readonly isWanted: () => boolean;
}

/** A document that is not read, since knowing what it holds takes too much. */
export class CostlyDocument extends Error {
  constructor(what: string) {
    super(`reading the YAML takes more than ${what}; the same in JSON is read at once`);
    this.name = 'CostlyDocument';
  }
}

/** Documents are read no more: the server is ending. */
export class DocumentsClosed extends Error {
  constructor() {
    super('the server is ending; no document in YAML is read any more');
    this.name = 'DocumentsClosed';
  }
}

/**
 * Reads large documents in YAML, one after the other, each on a thread of its own that ends with it: nobody else waits, and what one
 * takes is bounded and given back.
 */
export class DocumentQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  readonly #ofOne = new Map<string, number>();
  #worker: Worker | undefined;
  #closed = false;
  readonly #bounds: Required<DocumentBounds>;

  constructor(bounds: DocumentBounds = {}) {
    this.#bounds = { ...usual, ...bounds };
  }

  /** As `parseYaml`. Rejects with a DecodeError, a CostlyDocument, DocumentsClosed, or a failure of ours. Undefined: too many wait. */
  read(body: Uint8Array, { name, isWanted }: Reader): Promise<Parsed> | undefined {
    const quick = parseQuick(body);
    if (quick !== undefined) return Promise.resolve(quick);
    if (this.#waiting >= mostDocuments || (this.#ofOne.get(name) ?? 0) >= mostOfOne) return undefined;
    this.#count(name, 1);
    const turn = this.#last.then(() => {
      if (this.#closed) throw new DocumentsClosed();
      if (!isWanted()) throw new Error('nobody waits for the document any more');
      return this.#read(body);
    });
    const done = (): void => this.#count(name, -1);
    this.#last = turn.then(done, done);
    return turn;
  }

  /** Ends what is being read. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #count(name: string, more: 1 | -1): void {
    this.#waiting += more;
    const own = (this.#ofOne.get(name) ?? 0) + more;
    if (own === 0) this.#ofOne.delete(name);
    else this.#ofOne.set(name, own);
  }

  async #read(body: Uint8Array): Promise<Parsed> {
    const { seconds, megabytes } = this.#bounds;
    const worker = new Worker(program, {
      workerData: body,
      resourceLimits: { maxOldGenerationSizeMb: megabytes },
    });
    this.#worker = worker;
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      void worker.terminate();
    }, seconds * 1000);
    const ended = (): Error => {
      if (this.#closed) return new DocumentsClosed();
      return isLate
        ? new CostlyDocument(`${seconds} seconds`)
        : new Error('the thread that reads YAML has ended');
    };
    try {
      return parsedOf(await outcomeOf(worker, megabytes, ended));
    } finally {
      clearTimeout(late);
      await worker.terminate();
      this.#worker = undefined;
    }
  }
}

type Readable = Exclude<Outcome, { readonly costly: true }>;

/** @param ended Why a thread that has told nothing is there no more. */
function outcomeOf(worker: Worker, megabytes: number, ended: () => Error): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void => reject(new CostlyDocument(`${megabytes} MiB`));
    worker.once('message', (outcome: Outcome) => ('costly' in outcome ? tooLarge() : resolve(outcome)));
    worker.once('error', error => {
      if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') tooLarge();
      else reject(error);
    });
    worker.once('exit', () => reject(ended()));
  });
}

function parsedOf(outcome: Readable): Parsed {
  if ('fault' in outcome) throw new DecodeError(outcome.fault);
  return { value: JSON.parse(outcome.json) as unknown, strict: outcome.strict };
}
