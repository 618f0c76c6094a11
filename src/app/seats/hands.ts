import { openSync, writeSync } from 'node:fs';
import { mostHands } from '../../host/runners/index.ts';

/** Bytes of the number of a seat. */
const size = 4;

/** Keeps in a file for whom threads work, so that it is known even when this process has ended without a word. */
export class Hands {
  readonly #file: number;
  readonly #bytes = Buffer.alloc(size);

  /** @throws the system's error */
  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600);
    writeSync(this.#file, Buffer.alloc(mostHands * size), 0, mostHands * size, 0);
  }

  readonly note = (slot: number, owner: string | undefined): void => {
    this.#bytes.writeUInt32LE(Number(owner ?? 0));
    writeSync(this.#file, this.#bytes, 0, size, slot * size);
  };
}
