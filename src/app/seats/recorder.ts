import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What a seat leaves in its record: its log, and how it ended. A full disk costs lines and ends nothing. */
export class Recorder {
  readonly #record: string;
  #log: number | undefined;

  /** @throws the system's error when the record is not there */
  constructor(record: string) {
    this.#record = record;
    this.#log = openSync(join(record, 'log'), 'a', 0o600);
  }

  readonly write = (line: string): void => {
    try {
      if (this.#log !== undefined) writeSync(this.#log, line);
    } catch {
      // There is nowhere to tell it.
    }
  };

  /** It took more memory than it may. */
  outOfMemory(): void {
    this.#put('oom', '');
  }

  /** Its last words, and the status that it ends with. */
  end(status: number): void {
    this.#put('exit', `${status}\n`);
    this.close();
  }

  /** Writes nothing any more, and says nothing of an end: another one goes on with the record. */
  close(): void {
    if (this.#log !== undefined) closeSync(this.#log);
    this.#log = undefined;
  }

  #put(name: string, text: string): void {
    try {
      writeFileSync(join(this.#record, name), text, { mode: 0o600 });
    } catch {
      // The folder of a pod may be gone before its server.
    }
  }
}
