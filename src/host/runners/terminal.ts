import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { childrenOf } from '../../base/detached/index.ts';

/** The program of util-linux that gives a command a terminal and outlives whoever started it. */
const program = 'script';

/** A command at a terminal of its own, whose input and output are those of the process that is started. */
export function atTerminal(argv: readonly string[]): string[] {
  const sized = 'case $(stty size) in "0 0") stty rows 24 cols 80;; esac';
  const command = `stty sane; ${sized}; exec ${argv.map(quoted).join(' ')}`;
  return [program, '-qefc', command, '/dev/null'];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** How long a command that has just started may take to have its terminal, and between two looks for it, in milliseconds. */
const opening = 2000;
const look = 20;

/** The size of such a command's terminal. */
export class TerminalSize {
  readonly #holder: () => number | undefined;
  #told = 0;

  /** @param holder number of the process that holds the terminal, as `atTerminal` has it; undefined while it does not run */
  constructor(holder: () => number | undefined) {
    this.#holder = holder;
  }

  /** Sets it as soon as there is a terminal, unless another size is told meanwhile. */
  async set(columns: number, rows: number): Promise<void> {
    const turn = ++this.#told;
    for (let waited = 0; waited <= opening && turn === this.#told; waited += look) {
      const terminal = terminalOf(this.#holder());
      if (terminal !== undefined) {
        const words = ['-F', terminal, 'rows', `${rows}`, 'cols', `${columns}`];
        spawn('stty', words, { stdio: 'ignore' }).on('error', () => {});
        return;
      }
      await new Promise(resolve => setTimeout(resolve, look));
    }
  }
}

function terminalOf(holder: number | undefined): string | undefined {
  const [child] = holder === undefined ? [] : childrenOf(holder);
  if (child === undefined) return undefined;
  try {
    const terminal = readlinkSync(`/proc/${child.pid}/fd/0`);
    return terminal.startsWith('/dev/pts/') ? terminal : undefined;
  } catch {
    return undefined;
  }
}
