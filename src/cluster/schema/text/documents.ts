import { Worker } from 'node:worker_threads';
import { DecodeError, type Parsed } from './json.ts';
import type { Outcome } from './thread.ts';
import { parseQuick } from './yaml.ts';

const program = new URL(
  import.meta.url.endsWith('.ts') ? './thread.ts' : './thread-yaml.js',
  import.meta.url,
);

/** What reading one document may take: many times what a usual one of the largest bodies does. */
const mostSeconds = 60;
const mostMegabytes = 1024;
/** Documents that may wait to be read. */
export const mostDocuments = 32;

/** A document that is not read, since knowing what it holds takes too much. */
export class CostlyDocument extends Error {
  constructor(what: string) {
    super(`reading the YAML takes more than ${what}; the same in JSON is read at once`);
    this.name = 'CostlyDocument';
  }
}

/**
 * Reads large documents in YAML, one after the other, each on a thread of its own that ends with it: nobody else waits, and what one
 * takes is bounded and given back.
 */
export class DocumentThread {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #worker: Worker | undefined;
  #closed = false;
  readonly #megabytes: number;

  /** @param megabytes What reading one document may take of memory. */
  constructor(megabytes = mostMegabytes) {
    this.#megabytes = megabytes;
  }

  /**
   * As `parseYaml`. Rejects with a DecodeError, or a CostlyDocument. Undefined: too many wait.
   * @param isWanted Whether anybody still waits for it when its turn comes.
   */
  read(body: Uint8Array, isWanted: () => boolean): Promise<Parsed> | undefined {
    const quick = parseQuick(body);
    if (quick !== undefined) return Promise.resolve(quick);
    if (this.#waiting >= mostDocuments) return undefined;
    this.#waiting += 1;
    const turn = this.#last.then(() => (isWanted() && !this.#closed ? this.#read(body) : unwanted()));
    this.#last = turn.then(
      () => (this.#waiting -= 1),
      () => (this.#waiting -= 1),
    );
    return turn;
  }

  /** Ends what is being read. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  async #read(body: Uint8Array): Promise<Parsed> {
    const worker = new Worker(program, {
      workerData: body,
      resourceLimits: { maxOldGenerationSizeMb: this.#megabytes },
    });
    this.#worker = worker;
    const late = setTimeout(() => void worker.terminate(), mostSeconds * 1000);
    try {
      return parsedOf(await outcomeOf(worker, this.#megabytes));
    } finally {
      clearTimeout(late);
      await worker.terminate();
      this.#worker = undefined;
    }
  }
}

type Readable = Exclude<Outcome, { readonly costly: true }>;

function unwanted(): never {
  throw new DecodeError('nobody waits for it');
}

function outcomeOf(worker: Worker, megabytes: number): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void => reject(new CostlyDocument(`${megabytes} MiB`));
    worker.once('message', (outcome: Outcome) => ('costly' in outcome ? tooLarge() : resolve(outcome)));
    worker.once('error', error => {
      if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') tooLarge();
      else reject(error);
    });
    worker.once('exit', () => reject(new CostlyDocument(`${mostSeconds} seconds`)));
  });
}

function parsedOf(outcome: Readable): Parsed {
  if ('fault' in outcome) throw new DecodeError(outcome.fault);
  return { value: JSON.parse(outcome.json) as unknown, strict: outcome.strict };
}
