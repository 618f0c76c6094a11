import type * as Parts from './commands/parts.ts';
import type { Context } from './objects/kubeconfig.ts';
import type { Deploy } from './handlers/deploy.ts';
import type { Door } from './objects/doors.ts';
import type { CommandHandler, Io } from './program.ts';

import type { Invocation } from './parse.ts';

export type { Command } from './command.ts';
export { commands } from './commands/index.ts';
export { fetchSettings, serveSettings } from './commands/serve.ts';
export type { agentSettings, gatewaySettings, hostSettings, queueProxySettings } from './commands/parts.ts';
export { copySettings, downSettings, kubeconfigSettings, statusSettings, upSettings } from './commands/up.ts';
export { controllerSettings } from './commands/controller.ts';
export { inspectSettings } from './commands/inspect.ts';
export { loginSettings } from './commands/login.ts';
export { cliErrors } from './errors.ts';
export type { Deployed } from './handlers/deploy.ts';
export type { Door } from './objects/doors.ts';
export type { Context } from './objects/kubeconfig.ts';
export { describeSetting, renderHelp } from './help.ts';
export { parseCommandLine, type Invocation } from './parse.ts';
export { runProgram, type CommandHandler, type Handlers, type Io } from './program.ts';

export async function loadPredict(): Promise<CommandHandler> {
  return (await import('./handlers/predict.ts')).predict;
}

export async function loadGet(): Promise<CommandHandler> {
  return (await import('./handlers/get.ts')).get;
}

export async function loadDescribe(): Promise<CommandHandler> {
  return (await import('./handlers/describe.ts')).describe;
}

export async function loadApply(): Promise<CommandHandler> {
  return (await import('./handlers/apply.ts')).apply;
}

export async function loadDelete(): Promise<CommandHandler> {
  return (await import('./handlers/delete.ts')).deleteObjects;
}

export async function loadEvents(): Promise<CommandHandler> {
  return (await import('./handlers/events.ts')).events;
}

export async function loadLogs(): Promise<CommandHandler> {
  return (await import('./handlers/logs.ts')).logs;
}

export async function loadAuth(): Promise<CommandHandler> {
  return (await import('./handlers/auth.ts')).auth;
}

export async function loadWait(): Promise<CommandHandler> {
  return (await import('./handlers/wait.ts')).wait;
}

export async function loadUser(): Promise<CommandHandler> {
  return (await import('./handlers/user.ts')).user;
}

export async function loadToken(): Promise<CommandHandler> {
  return (await import('./handlers/token.ts')).token;
}

export async function loadVolume(): Promise<CommandHandler> {
  return (await import('./handlers/volume.ts')).volume;
}

export async function loadCompletion(): Promise<CommandHandler> {
  return (await import('./handlers/completion.ts')).completion;
}

/** The commands of processes that Davit starts by itself, and their settings. */
export async function loadParts(): Promise<typeof Parts> {
  return import('./commands/parts.ts');
}

/** The bytes of a request file; see `handlers/request.ts`. */
export async function readRequestFile(flag: string, path: string): Promise<Buffer<ArrayBuffer>> {
  return (await import('./handlers/request.ts')).readRequestFile(flag, path);
}

/** Reads a password; see `objects/identity/password.ts`. */
export async function askPassword(io: Io, fromStdin: boolean, about: string): Promise<string> {
  return (await import('./objects/identity/password.ts')).readPassword(io, fromStdin, about, false);
}

/** Asks whoever keeps people and tokens of the cluster that a command line means; see `objects/identity/asking.ts`. */
export async function askIdentity<T>(invocation: Invocation, io: Io, path: string): Promise<T> {
  const [{ openSession }, asking] = await Promise.all([
    import('./objects/session.ts'),
    import('./objects/identity/asking.ts'),
  ]);
  const { transport } = openSession(invocation, io);
  try {
    return await asking.askIdentity<T>(transport, 'GET', path);
  } finally {
    transport.close();
  }
}

/** The same of the cluster of a kubeconfig. */
export async function askIdentityOf<T>(kubeconfig: string, io: Io, path: string): Promise<T> {
  const [{ sessionOf }, asking] = await Promise.all([
    import('./objects/session.ts'),
    import('./objects/identity/asking.ts'),
  ]);
  const { transport } = sessionOf({ files: [kubeconfig] }, io);
  try {
    return await asking.askIdentity<T>(transport, 'GET', path);
  } finally {
    transport.close();
  }
}

/** What a kubeconfig says; see `objects/kubeconfig.ts`. */
export async function readKubeconfig(file: string): Promise<Context> {
  return (await import('./objects/kubeconfig.ts')).readContext({ files: [file] });
}

/** Applies files and follows what they start; see `handlers/deploy.ts`. */
export async function loadDeploy(): Promise<Deploy> {
  return (await import('./handlers/deploy.ts')).deploy;
}

/** Asks a service through a door that was found. */
export async function askDoor(
  { base, ...sending }: Door,
  path: string,
  body: Buffer,
): Promise<{ status: number; text: string }> {
  return (await import('./objects/exchanges.ts')).exchange(`${base}${path}`, sending, body);
}

/** The way to an InferenceService of the cluster of a kubeconfig; see `objects/doors.ts`. */
export async function loadDoor(
  kubeconfig: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  io: Io,
): Promise<Door> {
  const [{ doorOf }, { sessionOf }] = await Promise.all([
    import('./objects/doors.ts'),
    import('./objects/session.ts'),
  ]);
  const session = sessionOf({ files: [kubeconfig] }, io, namespace);
  try {
    return await doorOf(name, session);
  } finally {
    session.transport.close();
  }
}
