import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, treeOf } from './accounting.ts';
import { type Answer, ask } from './ask.ts';
import { freePort } from './ports.ts';
import { isRight, type Workload } from './workload.ts';

/** What a server's command may use. */
export interface Place {
  readonly port: number;
  /** Further free ports, for those that insist on gRPC or metrics. */
  readonly spare: readonly [number, number];
  /** An empty folder of its own, which is also its working directory. */
  readonly folder: string;
  /** The answer that one who computes nothing gives. */
  readonly sample: string;
}

export interface Server {
  readonly name: string;
  /** Cores it is pinned to, counted from 0. */
  readonly cores: number;
  command(place: Place): readonly string[];
  env?(place: Place): Readonly<Record<string, string>>;
  /** Forgets what earlier starts left on disk. */
  forget?(): void;
}

/** What nginx answers when no Davit runs beside it, whose own bytes it would repeat. */
const sampleAnswer =
  '{"model_name":"iris","outputs":[{"name":"predict","datatype":"INT64","shape":[2],"data":[1,1]}]}';

/** A server that could not be started, or answers wrongly. */
export class Unfit extends Error {}

const started = new Set<Running>();
process.on('exit', () => {
  for (const running of started) running.kill();
});

/** A started server with its whole process tree. */
export class Running {
  readonly server: Server;
  readonly port: number;
  /** Milliseconds from exec to the first right answer. */
  startup = 0;
  /** CPU milliseconds of the tree until then, in steps of ten. */
  startupCpu = 0;
  /** The first right answer's body. */
  answer = '';
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #began: number;

  private constructor(server: Server, place: Place, extra: Readonly<Record<string, string>>) {
    this.server = server;
    this.port = place.port;
    this.#folder = place.folder;
    const log = openSync(join(place.folder, 'log'), 'w');
    const cores = `0-${server.cores - 1}`;
    const command = server.command(place);
    const env = { ...process.env, ...server.env?.(place), ...extra };
    this.#began = performance.now();
    this.#child = spawn('taskset', ['-c', cores, ...command], {
      detached: true,
      cwd: place.folder,
      env,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    started.add(this);
  }

  /** Starts a server and waits until it answers the workload rightly. @throws {Unfit} when it does not. */
  static async start(
    server: Server,
    workload: Workload,
    {
      sample = sampleAnswer,
      env = {},
    }: { sample?: string | undefined; env?: Readonly<Record<string, string>> } = {},
  ): Promise<Running> {
    const [port, ...spare] = [await freePort(), await freePort(), await freePort()] as const;
    const folder = mkdtempSync(join(tmpdir(), 'davit-bench-'));
    const running = new Running(server, { port, spare, folder, sample }, env);
    try {
      await running.#waitRight(workload, 120_000);
    } catch (thrown) {
      await running.stop();
      throw thrown;
    }
    return running;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  ask(workload: Workload): Promise<Answer> {
    return ask({ port: this.port, path: workload.path, body: workload.body });
  }

  /** @throws {Unfit} unless the answer's values are right. */
  async check(workload: Workload): Promise<void> {
    const answer = await this.ask(workload);
    if (!isRight(answer, workload)) {
      const said = `${answer.status} ${answer.text.slice(0, 300)}`;
      throw new Unfit(`${this.server.name} answers ${workload.name} wrongly: ${said}`);
    }
  }

  async #waitRight(workload: Workload, limit: number): Promise<void> {
    while (performance.now() - this.#began < limit && this.#child.exitCode === null) {
      const answer = await this.ask(workload).catch(() => undefined);
      if (answer?.status === 200) {
        this.startup = performance.now() - this.#began;
        this.startupCpu = cpuOf(this.pid) * 1000;
        this.answer = answer.text;
        return this.check(workload);
      }
      await sleep(1);
    }
    const log = readFileSync(join(this.#folder, 'log'), 'utf8').slice(-2000);
    throw new Unfit(`${this.server.name}: no answer (exit status ${this.#child.exitCode})\n${log}`);
  }

  /** Ends the tree: SIGTERM to the leader, which gets four seconds, then SIGKILL to what is left. */
  async stop(): Promise<void> {
    const tree = treeOf(this.pid);
    this.#child.kill('SIGTERM');
    for (let waited = 0; waited < 4000 && !this.#ended(); waited += 20) await sleep(20);
    this.kill(tree);
    while (!this.#ended()) await sleep(5);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  kill(known: readonly number[] = []): void {
    for (const pid of new Set([...known, ...treeOf(this.pid)])) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has ended by itself
      }
    }
    started.delete(this);
  }
}
