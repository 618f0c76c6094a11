import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf } from '../../../base/errors/index.ts';
import { runnerErrors } from '../errors.ts';

export type EngineName = 'podman' | 'docker';

/** How a container engine of this machine is called: by its command, which is the same for both and needs no service of Podman's. */
export interface EngineCommand {
  readonly name: EngineName;
  /** Path of its command. */
  readonly program: string;
  /** Of its command alone: nothing of it gets into containers. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What an image says of itself. */
export interface Image {
  readonly id: string;
  /** What asks its program to end. */
  readonly stopSignal: string;
  /** Who its program runs as: a name or a number, perhaps with a group; empty for root. */
  readonly user: string;
}

/** Bytes that a command may print, and milliseconds that one may take which changes nothing. */
const most = 4 * 1024 * 1024;
const patience = 60_000;
/** Milliseconds in which a daemon has to answer for its engine to be taken. */
const answering = 5000;
/** Milliseconds between two looks at a container that starts. */
const look = 100;
/** Milliseconds that an image may take to come. */
const pullPatience = 60 * 60_000;

/** Limits that an engine can keep here: without root, a system may leave it none. */
export interface EngineLimits {
  readonly cpu: boolean;
  readonly memory: boolean;
}

/** A container engine of this machine. */
export class Engine {
  readonly command: EngineCommand;
  readonly #pulls = new Map<string, Promise<void>>();
  #limits: Promise<EngineLimits> | undefined;

  constructor(command: EngineCommand) {
    this.command = command;
  }

  /** Limits that it can keep here; asked once. */
  limits(): Promise<EngineLimits> {
    this.#limits ??= limitsOf(this);
    return this.#limits;
  }

  /** What is known of an image that is here; undefined when it is not. */
  async image(reference: string): Promise<Image | undefined> {
    const { status, out } = await this.run(['image', 'inspect', '--', reference]);
    return status === 0 ? imageIn(out) : undefined;
  }

  /** Fetches an image; who asks for one that is on its way waits for that. @throws Error with what the engine says */
  pull(reference: string): Promise<void> {
    let pull = this.#pulls.get(reference);
    if (pull === undefined) {
      pull = this.#pull(reference).finally(() => this.#pulls.delete(reference));
      this.#pulls.set(reference, pull);
    }
    return pull;
  }

  async #pull(reference: string): Promise<void> {
    const { status, err } = await this.run(['pull', '--quiet', '--', reference], {}, pullPatience);
    if (status !== 0) throw new Error(complaintIn(err));
  }

  /** Makes a container; resolves to its ID. @throws `container-not-startable` with what the engine says */
  async create(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
    const { status, out, err } = await this.run(['create', ...args], environment);
    if (status !== 0) throw runnerErrors.make['container-not-startable'](complaintIn(err));
    return out.trim().split('\n').at(-1) ?? '';
  }

  /**
   * Has the mounts of a container made and not its program started, so that they can be looked at: text of its `mountinfo`.
   * @throws `container-not-startable`
   */
  async mountsOf(name: string): Promise<string> {
    // Docker's command has no such step, and starts the program together with the mounts.
    if (this.command.name !== 'podman') throw notHeld(`${this.command.name} does not yet`);
    const { status, err } = await this.run(['init', name]);
    if (status !== 0) throw runnerErrors.make['container-not-startable'](complaintIn(err));
    const { out } = await this.run(['inspect', '--format', '{{.State.Pid}}', name]);
    try {
      return readFileSync(`/proc/${Number(out)}/mountinfo`, 'utf8');
    } catch (error) {
      throw notHeld(`its mounts cannot be looked at: ${messageOf(error)}`);
    }
  }

  /** Resolves once a container that is being started runs, or will not any more; `over` when whoever starts it has ended. */
  async started(name: string, over: () => boolean): Promise<void> {
    const starting = new Set(['created', 'configured', 'initialized']);
    for (let waited = 0; waited < patience && !over(); waited += look) {
      const { status, out } = await this.run(['inspect', '--format', '{{.State.Status}}', name]);
      if (status !== 0 || !starting.has(out.trim())) return;
      await new Promise(resolve => setTimeout(resolve, look));
    }
  }

  async remove(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await this.run(['kill', '--', ...names]);
    await this.run(['rm', '--force', '--', ...names]);
  }

  /** Runs its command to the end. `environment` is added for this call. */
  run(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    timeout = patience,
  ): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
    const { program, environment: own } = this.command;
    return new Promise(resolve => {
      const options = { env: { ...environment, ...own }, maxBuffer: most, timeout, cwd: '/' };
      execFile(program, args, options, (error, out, err) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ status, out, err: err === '' && error !== null ? error.message : err });
      });
    });
  }
}

/** Has the command of an engine do something that nobody waits for. */
export function tell({ program, environment }: EngineCommand, args: readonly string[]): void {
  spawn(program, args, { env: environment, stdio: 'ignore', cwd: '/' }).on('error', () => {});
}

function notHeld(why: string): Error {
  return runnerErrors.make['container-not-startable'](
    `a subPath of a volume that containers write to takes Podman on this machine: ${why}`,
  );
}

/** What an engine tells of an image; undefined when it is nothing that is known. */
function imageIn(printed: string): Image | undefined {
  try {
    type Told = {
      readonly Id?: string;
      readonly Config?: { readonly StopSignal?: string; readonly User?: string };
    };
    const [told] = JSON.parse(printed) as readonly Told[];
    const signal = told?.Config?.StopSignal ?? '';
    const stopSignal = /^[A-Z\d+]+$/.test(signal) ? signal : 'SIGTERM';
    return { id: told?.Id ?? '', stopSignal, user: told?.Config?.User ?? '' };
  } catch {
    return undefined;
  }
}

/** The line of what an engine prints that says what is wrong. */
export function complaintIn(printed: string): string {
  const lines = printed.split('\n').filter(line => line.trim() !== '');
  const line = lines.findLast(one => /^error/i.test(one)) ?? lines.at(-1) ?? 'it says nothing';
  return line.replace(/^error( response from daemon)?: /i, '').slice(0, 1024);
}

/** Which engine is used: the first that works, one of both, or none. */
export type EngineChoice = 'auto' | EngineName | 'none';

/**
 * The engine of this machine that is meant; undefined when none is, or with `auto` none works.
 * @throws `container-engine-unusable` for one that is named and does not work
 */
export async function findEngine(
  choice: EngineChoice,
  environment: Readonly<Record<string, string>>,
): Promise<Engine | undefined> {
  if (choice === 'none') return undefined;
  const names: readonly EngineName[] = choice === 'auto' ? ['podman', 'docker'] : [choice];
  for (const name of names) {
    const why = await unusable(name, environment);
    if (typeof why !== 'string') return why;
    if (choice !== 'auto') throw runnerErrors.make['container-engine-unusable'](why);
  }
  return undefined;
}

async function unusable(
  name: EngineName,
  environment: Readonly<Record<string, string>>,
): Promise<Engine | string> {
  const program = onPath(name, environment['PATH'] ?? '');
  if (program === undefined) return `--container-engine ${name}: there is no ${name} in the PATH`;
  const engine = new Engine({ name, program, environment });
  // Podman needs no service. The client of Docker is there without its daemon often enough.
  if (name === 'podman') return engine;
  const { status, err } = await engine.run(['version', '--format', '{{.Server.Version}}'], {}, answering);
  if (status === 0) return engine;
  return `--container-engine ${name}: ${program} does not work: ${complaintIn(err)}`;
}

async function limitsOf(engine: Engine): Promise<EngineLimits> {
  if (engine.command.name === 'docker') {
    const { out } = await engine.run(['info', '--format', '{{.CPUCfsQuota}} {{.MemoryLimit}}']);
    const [cpu, memory] = out.trim().split(' ');
    return { cpu: cpu === 'true', memory: memory === 'true' };
  }
  const { out } = await engine.run(['info', '--format', '{{.Host.CgroupControllers}}']);
  const controllers = out.replaceAll(/[[\]\n]/g, '').split(' ');
  return { cpu: controllers.includes('cpu'), memory: controllers.includes('memory') };
}

function onPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(folder => folder !== '')
    .map(folder => join(folder, name))
    .find(file => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
