/** The program. Everything but finding a command is loaded by that command. */
import module from 'node:module';
import type { Handlers } from '../cli/index.ts';

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
  spare: async () => (await import('./spare/command.ts')).spareOf(handlers),
  completion: async () => (await import('../cli/index.ts')).loadCompletion(),
};

module.enableCompileCache?.();
const { runProcess } = await import('./program.ts');
await runProcess(handlers);
