import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Detached } from '../../base/detached/index.ts';
import { Attempt, type AttemptNote, type Resources, writeNote } from './attempt.ts';
import { Contained, following } from './engine/contained.ts';
import type { Engine, EngineLimits, Image } from './engine/engine.ts';
import { astray } from './engine/mounted.ts';
import { type ContainerRequest, creation } from './engine/request.ts';
import { dissolve, entrance, type GroupNote, type Groups, put } from './groups/groups.ts';
import { runnerErrors } from './errors.ts';
import { notExecutable } from './executable.ts';
import { MemoryWatch, residentBytes } from './memory.ts';
import type { Player } from './player.ts';
import { Seating } from './seats/seating.ts';
import { Spares } from './spares.ts';
import { atTerminal } from './terminal.ts';

export interface RunnerOptions {
  /** Where spares wait. */
  readonly folder: string;
  /** How `davit` is started: an interpreter and a file. */
  readonly program: readonly string[];
  /** What every process has in its environment unless its container says otherwise: PATH, HOME. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a process of Davit waits ready for the next model server. */
  readonly warm: boolean;
  /** Where the records of processes are that model servers share; without it, they share none. */
  readonly sharedFolder?: string;
  /** Where the kernel can hold containers to their memory. */
  readonly groups?: Groups | undefined;
  /** Runs images, where there is one. */
  readonly engine?: Engine | undefined;
  readonly now: () => number;
  /** `what` is the process that it happened to: a spare, or one that model servers share. */
  readonly onError: (what: 'spare' | 'shared process', error: unknown) => void;
}

/** A container of an engine. */
export interface EngineStart {
  readonly request: ContainerRequest;
  readonly image: Image;
  /** What it is called, as far as a name may say it. */
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A container that is to be started. */
export interface RunRequest extends Omit<
  AttemptNote,
  'id' | 'startedAt' | 'environment' | 'isolation' | 'contained' | 'group'
> {
  /** Folder for its record, which is not there yet. */
  readonly record: string;
  /** Words after `davit`, or the command of a process of this machine. */
  readonly start:
    | {
        readonly davit: readonly string[];
        /** Whether a seat in a shared process will do. */
        readonly shares?: boolean;
      }
    | { readonly host: readonly string[] }
    | { readonly engine: EngineStart };
  /** Whose it is, and what it is called among the others of that pod: for a group of its own. */
  readonly grouped?: { readonly pod: string; readonly container: string };
  /** Learns why a shared process has no seat for it, where one was asked for. */
  readonly onUnseated?: (why: string) => void;
  /** Learns which limits the engine cannot keep here, where there are such. */
  readonly onUnlimited?: (limits: readonly string[]) => void;
  /** Of the container alone. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Seats in a shared process: what one that ends takes along is there again within a second. */
const seatsEach = 200;

/** Turns containers into processes of this machine, and into seats in such. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #spares: Spares;
  readonly #seating: Seating | undefined;
  readonly #memory = new MemoryWatch();

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { folder, sharedFolder, program, environment, now, onError } = options;
    this.#spares = new Spares({ folder, program, environment, onError: error => onError('spare', error) });
    if (sharedFolder !== undefined) {
      // A spare has loaded what servers need that compute by themselves: here threads do.
      const launch = (record: string, words: readonly string[]): Promise<Detached> =>
        this.#begin({ record, argv: [...program, ...words], folder: '/', environment, input: 'none' });
      this.#seating = new Seating({
        folder: sharedFolder,
        most: seatsEach,
        launch,
        now,
        onError: error => onError('shared process', error),
      });
    }
    if (options.warm) this.#spares.fill();
  }

  /** @throws `container-not-startable` */
  async start({ record, start, grouped, onUnseated, onUnlimited, ...rest }: RunRequest): Promise<Attempt> {
    const environment = { ...this.#options.environment, ...rest.environment };
    // What a start that was cut off has left.
    await this.#seating?.clear(record);
    endUnnoted(record);
    rmSync(record, { recursive: true, force: true });
    mkdirSync(dirname(record), { recursive: true, mode: 0o700 });
    if ('engine' in start) return this.#contain(record, start.engine, { ...rest, environment }, onUnlimited);
    const group = new Grouping(this.#options.groups, grouped, rest.memory);
    const begin = async (): Promise<Player> =>
      'davit' in start
        ? this.#play(record, start, { folder: rest.folder, environment, group }, onUnseated)
        : this.#host(record, start.host, { ...rest, environment, group });
    try {
      return this.#started(await begin(), group, { ...rest, environment });
    } catch (error) {
      group.leave();
      throw error;
    }
  }

  /** Notes what has been started. */
  #started(process: Player, group: Grouping, rest: Omit<AttemptNote, 'id' | 'startedAt'>): Attempt {
    const own = process instanceof Detached;
    const hex = randomBytes(32).toString('hex');
    const id = own ? hex : `shared/${hex}`;
    const note: AttemptNote = {
      ...rest,
      ...(!own && { isolation: 'shared' }),
      ...(group.note !== undefined && { group: group.note }),
      id,
      startedAt: this.#options.now(),
    };
    const attempt = this.#noted(note, process);
    this.#memory.add(attempt);
    return attempt;
  }

  #noted(note: AttemptNote, process: Player): Attempt {
    const { record } = process;
    try {
      writeFileSync(join(record, 'termination'), '', { flag: 'a', mode: 0o600 });
      writeNote(record, note);
    } catch (error) {
      // Without its note nobody would find it again.
      process.kill();
      const { message } = error as Error;
      throw runnerErrors.make['container-not-startable'](message, { cause: error });
    }
    return new Attempt(note, process, this.#options.now);
  }

  /** Makes a container and starts it. */
  async #contain(
    record: string,
    { request, image, title, labels }: EngineStart,
    rest: Omit<AttemptNote, 'id' | 'startedAt'>,
    onUnlimited: RunRequest['onUnlimited'],
  ): Promise<Attempt> {
    const { engine, now } = this.#options;
    if (engine === undefined)
      throw runnerErrors.make['container-not-startable']('no container engine is here');
    const { command } = engine;
    const name = nameFor(title, record);
    mkdirSync(record, { mode: 0o700 });
    // Whoever it runs as writes into it.
    writeFileSync(join(record, 'termination'), '');
    chmodSync(join(record, 'termination'), 0o666);
    const kept = keepable(request, await engine.limits());
    const lost = (['cpus', 'memory'] as const).filter(limit => request[limit] !== kept[limit]);
    if (lost.length > 0) onUnlimited?.(lost.map(limit => (limit === 'cpus' ? 'cpu' : limit)));
    const { args, environment } = creation(name, labels, kept, command);
    try {
      const { input, terminal } = request;
      const contained = { command, name, stopSignal: image.stopSignal, input, terminal };
      const noted: AttemptNote = { ...rest, id: '', contained, startedAt: now() };
      // Before it is made: whoever finds the record finds what is left of it.
      writeNote(record, noted);
      const container = await engine.create(args, environment);
      await checkMounts(engine, name, request);
      const note = { ...noted, id: `${command.name}/${container}` };
      writeNote(record, note);
      const { process } = await Detached.start({
        record,
        argv: following(contained, record, kept.memory !== undefined),
        folder: '/',
        environment: { TERM: 'xterm', ...command.environment },
        input: input ? 'fifo' : 'none',
      });
      // Probes and hooks find it running.
      await engine.started(name, () => process.end !== undefined);
      return this.#noted({ ...note, startedAt: now() }, new Contained(process, contained));
    } catch (error) {
      void engine.remove([name]);
      rmSync(record, { recursive: true, force: true });
      throw error;
    }
  }

  /** Takes up what another process started; what it had not noted yet when it was killed is ended, and undefined. */
  adopt(record: string): Attempt | undefined {
    const attempt = Attempt.adopt(record, this.#options.now, one => this.#seating?.adopt(one));
    if (attempt === undefined) endUnnoted(record);
    else this.#memory.add(attempt);
    return attempt;
  }

  /**
   * Gives a process that runs another bound of memory, in bytes, and notes what it is to have.
   * @returns what it has now where that is more: it keeps its bound
   */
  bound(attempt: Attempt, memory: number | undefined, resources: Resources): number | undefined {
    const used = memory === undefined ? 0 : residentBytes(attempt);
    if (memory !== undefined && used >= memory) return used;
    attempt.change({ memory, resources });
    this.#memory.add(attempt);
    return undefined;
  }

  /** Processes go on; the spare does not. */
  async stop(): Promise<void> {
    this.#memory.stop();
    await Promise.all([this.#spares.stop(), this.#seating?.stop()]);
  }

  /** A seat in a shared process where one will do and there is one, else a process of its own. */
  async #play(
    record: string,
    { davit: words, shares = false }: Extract<RunRequest['start'], { davit: unknown }>,
    setting: Setting,
    onUnseated: RunRequest['onUnseated'],
  ): Promise<Player> {
    const { folder, environment } = setting;
    if (shares && this.#seating !== undefined) {
      const seat = await this.#seating.take({ record, words, folder, environment });
      if (typeof seat !== 'string') return seat;
      onUnseated?.(seat);
      rmSync(record, { recursive: true, force: true });
    }
    return this.#davit(record, words, setting);
  }

  async #davit(
    record: string,
    words: readonly string[],
    { folder, environment, group }: Setting,
  ): Promise<Detached> {
    if (this.#options.warm) {
      const taken = await this.#spares.take(record, { words, folder, environment }, spare =>
        group.put(spare.command),
      );
      if (taken !== undefined) return taken;
    }
    const argv = [...this.#options.program, ...words];
    return this.#begin({ record, argv, folder, environment, input: 'none', group: group.entrance() });
  }

  async #host(
    record: string,
    argv: readonly string[],
    {
      folder,
      environment,
      input,
      terminal = false,
      group,
    }: Setting & Pick<AttemptNote, 'input' | 'terminal'>,
  ): Promise<Detached> {
    const why = notExecutable(argv[0] ?? '', folder, environment['PATH'] ?? '');
    if (why !== undefined) throw runnerErrors.make['container-not-startable'](why);
    const kept = input ? 'fifo' : 'none';
    if (!terminal)
      return this.#begin({ record, argv, folder, environment, input: kept, group: group.entrance() });
    const [program = '', ...rest] = atTerminal(argv);
    const missing = notExecutable(program, folder, environment['PATH'] ?? '');
    if (missing !== undefined) throw runnerErrors.make['container-not-startable'](`a terminal: ${missing}`);
    const named = { TERM: 'xterm', ...environment };
    const words = [program, ...rest];
    return this.#begin({
      record,
      argv: words,
      folder,
      environment: named,
      input: kept,
      group: group.entrance(),
    });
  }

  async #begin(options: Parameters<typeof Detached.start>[0]): Promise<Detached> {
    mkdirSync(options.record, { mode: 0o700 });
    try {
      return (await Detached.start(options)).process;
    } catch (error) {
      rmSync(options.record, { recursive: true, force: true });
      const { message } = error as Error;
      throw runnerErrors.make['container-not-startable'](message, { cause: error });
    }
  }
}

/** What a process is started with. */
interface Setting {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly group: Grouping;
}

/** The group of a container that is being started, made once a process is to be in it. Without one, its memory is looked at alone. */
class Grouping {
  note: GroupNote | undefined;
  readonly #make: () => GroupNote | undefined;

  constructor(groups: Groups | undefined, grouped: RunRequest['grouped'], memory: number | undefined) {
    this.#make = () => {
      if (groups === undefined || grouped === undefined || memory === undefined) return undefined;
      return groups.make(grouped.pod, grouped.container, memory);
    };
  }

  /** The file by which a process enters it. */
  entrance(): string | undefined {
    return this.#made() && entrance(this.#made() as GroupNote);
  }

  /** Puts a process into it that runs already. */
  put(pid: number | undefined): void {
    const made = pid === undefined ? undefined : this.#made();
    try {
      if (made !== undefined && pid !== undefined) put(made, pid);
    } catch {
      // It has ended, which is told elsewhere, or its group cannot be entered: then its memory is looked at.
    }
  }

  /** Nothing has come to run in it. */
  leave(): void {
    if (this.note !== undefined) void dissolve(this.note);
  }

  #made(): GroupNote | undefined {
    try {
      return (this.note ??= this.#make());
    } catch {
      // What cannot be made keeps nobody from starting.
      return undefined;
    }
  }
}

/** Ends what runs by a record that says nothing of it: nobody would find it again once the record is gone. */
function endUnnoted(record: string): void {
  if (existsSync(join(record, 'pid'))) Detached.adopt(record).kill();
}

/** Sees that a container has what was meant, before its program starts. @throws `container-not-startable` */
async function checkMounts(engine: Engine, name: string, { mounts }: ContainerRequest): Promise<void> {
  const unsteady = mounts.filter(({ unsteady = false }) => unsteady);
  if (unsteady.length === 0) return;
  const theirs = await engine.mountsOf(name);
  const sources = unsteady.map(({ source }) => source);
  const [other] = astray(theirs, readFileSync('/proc/self/mountinfo', 'utf8'), sources);
  const mount = unsteady.find(({ source }) => source === other);
  if (mount === undefined) return;
  throw runnerErrors.make['container-not-startable'](
    `subPath of ${mount.at} was led out of its volume while it was mounted`,
  );
}

/** What its engine can hold a container to. */
function keepable(request: ContainerRequest, limits: EngineLimits): ContainerRequest {
  return {
    ...request,
    cpus: limits.cpu ? request.cpus : undefined,
    memory: limits.memory ? request.memory : undefined,
  };
}

/** A name that tells people what it is, and no other container has. */
function nameFor(title: string, record: string): string {
  const hash = createHash('sha256').update(record).digest('hex').slice(0, 10);
  return `davit-${title.replaceAll(/[^\w.-]/g, '-').slice(0, 120)}-${hash}`;
}
