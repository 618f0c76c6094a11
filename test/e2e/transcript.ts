import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

/** A command of a README's `console` block and what it prints to standard output. */
export interface Step {
  readonly command: string;
  readonly expected: string;
}

/** A fenced block of a page. */
export interface Block {
  /** Of the section that it stands in. */
  readonly heading: string;
  readonly language: string;
  readonly text: string;
}

/** Every fenced block, in the order of the page. */
export function blocksIn(file: string): readonly Block[] {
  const blocks: Block[] = [];
  let heading = '';
  for (const part of readFileSync(file, 'utf8').matchAll(/^#+ (.+)$|^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const [, title, language = '', text = ''] = part;
    if (title === undefined) blocks.push({ heading, language, text });
    else heading = title;
  }
  return blocks;
}

/** The steps of a block fenced as `console`: lines that begin with `$ `, each followed by its output. */
export function stepsIn({ text }: Pick<Block, 'text'>): readonly Step[] {
  const steps: { command: string; expected: string }[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), expected: '' });
    else (steps.at(-1) as { expected: string }).expected += `${line}\n`;
  }
  return steps;
}

/** The steps of every block fenced as `console`. */
export function readTranscript(file: string): readonly Step[] {
  return blocksIn(file).flatMap(block => (block.language === 'console' ? stepsIn(block) : []));
}

/** What is to be printed, as a pattern: `…` stands for anything on a line. */
export function patternOf(expected: string): RegExp {
  const escaped = expected.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('…', '[^\n]*')}$`);
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

const mark = '\u0001end of step\u0001';

/**
 * Types the commands into one shell, with the page's port replaced by another, and resolves to what each printed.
 * `environment` has `davit` on its PATH. Everything the shell started is ended before this resolves.
 * @param at a free one where none is given
 */
export async function play(
  steps: readonly Step[],
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  at?: number,
): Promise<readonly string[]> {
  const port = String(at ?? (await freePort()));
  const script = steps
    .map(({ command }) => `${command.replaceAll('8080', port)}\nprintf '%s' '${mark}'\n`)
    .join('');
  const shell = spawn('bash', ['-c', `${script}\nkill $(jobs -p) 2>/dev/null; wait`], {
    cwd: folder,
    env: { ...environment, DAVIT_HTTP_PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  let output = '';
  let complaints = '';
  shell.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  shell.stderr.on('data', (chunk: Buffer) => void (complaints += chunk.toString()));
  await new Promise(resolve => shell.on('close', resolve));
  const printed = output.split(mark).slice(0, steps.length);
  if (printed.length < steps.length)
    throw new Error(`the transcript stopped after ${printed.length} steps:\n${complaints}`);
  return printed.map(text => text.replaceAll('\r', '').replaceAll(port, '8080'));
}
