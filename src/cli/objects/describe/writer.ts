import { harmless } from '../escape.ts';
import { descriptionLayout, TabWriter } from '../tabs.ts';

/** Writes a description: lines at levels of two spaces, their cells parted by tabs. */
export class Description {
  readonly #tabs: TabWriter;
  readonly #level: number;
  #done = '';

  /** @param level by how much all that is written is indented */
  constructor(tabs: TabWriter = new TabWriter(descriptionLayout), level = 0) {
    this.#tabs = tabs;
    this.#level = level;
  }

  /** A description within this one, further to the right. */
  nested(level: number): Description {
    return new Description(this.#tabs, this.#level + level);
  }

  /** Text as it is; the line ends where the text does. */
  write(level: number, text: string): void {
    this.#tabs.write('  '.repeat(this.#level + level) + harmless(text));
  }

  /** The end of a line that was begun. */
  end(text: string): void {
    this.#tabs.write(`${harmless(text)}\n`);
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
