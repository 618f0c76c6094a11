import { readFileSync } from 'node:fs';
import { type Handlers, type Io, runProgram } from '../cli/index.ts';

const neededNode = 24;

/** Runs the command line of this process, with the real world behind it, and ends the process. */
export async function runProcess(handlers: Handlers): Promise<never> {
  const status = await runMain(process.argv.slice(2), handlers);
  // A pipe whose reader is slow has not taken all that was printed.
  await printed();
  // Threads of a server that failed would keep the process.
  process.exit(status);
}

/** Runs a command line with the real world behind it; resolves to the exit status. */
export async function runMain(words: readonly string[], handlers: Handlers): Promise<number> {
  if (Number(process.versions.node.split('.', 1)[0]) < neededNode) {
    process.stderr.write(
      `davit: found Node.js ${process.versions.node} at ${process.execPath}, expected ${neededNode} or newer. ` +
        'Start Davit through bin/davit, which brings its own.\n',
    );
    return 1;
  }
  process.stdout.on('error', endAtOutputError);
  // Whoever reads the log may go; the server stays.
  process.stderr.on('error', () => {});
  const io: Io = {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    colour: showsColour(),
    input: () => process.stdin,
    env: process.env,
    version: ownVersion(),
  };
  return runProgram(words, handlers, io);
}

/** Resolves once standard output has taken all that was written. */
function printed(): Promise<void> {
  return new Promise(resolve => {
    process.stdout.write('', error => (error ? endAtOutputError(error) : resolve()));
  });
}

/** A reader that closes its end early, such as `head`, is no failure of ours; a full disk is. */
function endAtOutputError(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`davit: standard output cannot be written: ${error.message}\n`);
  process.exit(1);
}

/** https://no-color.org and https://force-color.org */
function showsColour(): boolean {
  if ((process.env['NO_COLOR'] ?? '') !== '') return false;
  return (process.env['FORCE_COLOR'] ?? '') !== '' || process.stderr.isTTY;
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
