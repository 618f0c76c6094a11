import { harmless } from '../escape.ts';
import { descriptionLayout, TabWriter } from '../tabs.ts';

/** Writes a description: lines at levels of two spaces, their cells parted by tabs. */
export class Description {
  readonly #tabs = new TabWriter(descriptionLayout);
  #done = '';

  /** Text as it is; the line ends where the text does. */
  write(level: number, text: string): void {
    this.#tabs.write('  '.repeat(level) + harmless(text));
  }

  line(level: number, ...cells: readonly string[]): void {
    this.write(level, `${cells.join('\t')}\n`);
  }

  /** What follows has columns of its own. */
  part(): void {
    this.#done += this.#tabs.flush();
  }

  text(): string {
    this.part();
    return this.#done;
  }
}
