import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

/** How often it is looked where nothing tells of changes; what tells is not always reliable, either. */
const look = 500;

/** Waits for files to change. What changes between two waits is not missed. */
export class Changes {
  #watcher: FSWatcher | undefined;
  #folder: string | undefined;
  #changed = false;
  #wake: (() => void) | undefined;

  /** From now on tells of changes in the folder of a file. */
  watch(file: string): void {
    const folder = dirname(file);
    if (folder === this.#folder) return;
    this.#watcher?.close();
    this.#folder = folder;
    try {
      this.#watcher = watch(folder, () => {
        this.#changed = true;
        this.#wake?.();
      });
      this.#watcher.on('error', () => {});
    } catch {
      this.#watcher = undefined;
    }
  }

  /** Resolves when something has changed since the last wait, or after a while. */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.#changed && !signal.aborted) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, look);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', this.#wake, { once: true });
      });
    }
    if (this.#wake !== undefined) signal.removeEventListener('abort', this.#wake);
    this.#wake = undefined;
    this.#changed = false;
  }

  close(): void {
    this.#watcher?.close();
  }
}
