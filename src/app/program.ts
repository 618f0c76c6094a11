import { readFileSync } from 'node:fs';
import { runProgram, type Handlers, type Io } from '../cli/index.ts';

const handlers: Handlers = {
  serve: async () => (await import('./serve/command.ts')).serve,
  inspect: async () => (await import('./inspect/command.ts')).inspect,
  predict: async () => (await import('../cli/index.ts')).loadPredict(),
  up: async () => (await import('./up/command.ts')).up,
  down: async () => (await import('./up/others.ts')).down,
  status: async () => (await import('./up/others.ts')).status,
  kubeconfig: async () => (await import('./up/others.ts')).kubeconfig,
  login: async () => (await import('./login/command.ts')).login,
  user: async () => (await import('../cli/index.ts')).loadUser(),
  token: async () => (await import('../cli/index.ts')).loadToken(),
  backup: async () => (await import('./up/copies.ts')).backup,
  restore: async () => (await import('./up/copies.ts')).restore,
  get: async () => (await import('../cli/index.ts')).loadGet(),
  describe: async () => (await import('../cli/index.ts')).loadDescribe(),
  apply: async () => (await import('../cli/index.ts')).loadApply(),
  delete: async () => (await import('../cli/index.ts')).loadDelete(),
  events: async () => (await import('../cli/index.ts')).loadEvents(),
  logs: async () => (await import('../cli/index.ts')).loadLogs(),
  wait: async () => (await import('../cli/index.ts')).loadWait(),
  volume: async () => (await import('../cli/index.ts')).loadVolume(),
  auth: async () => (await import('../cli/index.ts')).loadAuth(),
  gateway: async () => (await import('./gateway/command.ts')).gateway,
  host: async () => (await import('./host/command.ts')).host,
  controller: async () => (await import('./controller/command.ts')).controller,
  'queue-proxy': async () => (await import('./sidecars/commands.ts')).queueProxy,
  agent: async () => (await import('./sidecars/commands.ts')).agent,
  'storage-initializer': async () => (await import('./storage/command.ts')).storageInitializer,
  seats: async () => (await import('./seats/command.ts')).seats,
  spare: async () => (await import('./spare/command.ts')).spare,
  completion: async () => (await import('../cli/index.ts')).loadCompletion(),
};

/** Runs a command line with the real world behind it; resolves to the exit status. */
export function runMain(words: readonly string[]): Promise<number> {
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
export function printed(): Promise<void> {
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
