import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

/** A command of a README's `console` block and what it prints to standard output. */
export interface Step {
  readonly command: string;
  readonly expected: string;
}

/** The steps of every block fenced as `console`: lines that begin with `$ `, each followed by its output. */
export function readTranscript(file: string): readonly Step[] {
  const text = readFileSync(file, 'utf8');
  const steps: { command: string; expected: string }[] = [];
  for (const [, block] of text.matchAll(/^```console\n([\s\S]*?)^```/gm)) {
    for (const line of (block ?? '').split('\n').slice(0, -1)) {
      if (line.startsWith('$ ')) steps.push({ command: line.slice(2), expected: '' });
      else (steps.at(-1) as { expected: string }).expected += `${line}\n`;
    }
  }
  return steps;
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
 * Types the commands into one shell, with the README's port replaced by a free one, and resolves to what each printed.
 * `environment` has `davit` on its PATH. Everything the shell started is ended before this resolves.
 */
export async function play(
  steps: readonly Step[],
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const port = String(await freePort());
  const script = steps
    .map(({ command }) => `${command.replaceAll('8080', port)}\nprintf '%s' '${mark}'\n`)
    .join('');
  const shell = spawn('bash', ['-c', `${script}\nkill $(jobs -p) 2>/dev/null; wait`], {
    cwd: folder,
    env: { ...environment, DAVIT_HTTP_PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  shell.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  shell.stderr.on('data', (chunk: Buffer) => void (complaints += chunk.toString()));
  await new Promise(resolve => shell.on('close', resolve));
  const printed = output.split(mark).slice(0, steps.length);
  if (printed.length < steps.length)
    throw new Error(`the transcript stopped after ${printed.length} steps:\n${complaints}`);
  return printed.map(text => text.replaceAll(port, '8080'));
}
