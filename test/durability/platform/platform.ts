import { setTimeout as later } from 'node:timers/promises';
import { join } from 'node:path';
import { davit, Running } from '../../e2e/platform.ts';
import { listenersIn, processesWith, type Found } from './processes.ts';

/** Milliseconds within which everything has to come to rest, and between two looks. */
const patience = 120_000;
const pause = 200;

/** Milliseconds that a process is waited for that is to be killed, and after which it is killed at most. */
const coming = 10_000;
const longestLife = 300;

/** What may be there although nothing is served: the platform itself, and what it keeps ready. */
const resident = new Set(['up', 'host', 'gateway', 'spare']);

/** Whom to kill, and how often of ten times. */
const targets = [
  'up',
  'up',
  'host',
  'host',
  'gateway',
  'serve',
  'serve',
  'serve',
  'seats',
  'storage-initializer',
];

interface Blocks {
  readonly services: string;
  readonly pods: string;
}

/** A `davit up` that may be killed at any time. */
export class Platform {
  readonly #folder: string;
  readonly #blocks: Blocks;
  readonly #ports: { readonly api: number; readonly gateway: number };
  readonly #env: NodeJS.ProcessEnv;
  readonly #killed = new Map<string, number>();
  readonly #ups: Running[] = [];
  #words: readonly string[] = [];

  constructor(folder: string, blocks: Blocks, ports: { readonly api: number; readonly gateway: number }) {
    this.#folder = folder;
    this.#blocks = blocks;
    this.#ports = ports;
    // Every process below has this folder from `davit up`, also a pod that nobody knows of any more.
    this.#env = { ...process.env, TMPDIR: join(folder, 'tmp'), KUBECONFIG: '', DAVIT_DATA_DIR: this.#data };
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  get kubeconfig(): string {
    return join(this.#data, 'kubeconfig');
  }

  get gateway(): string {
    return `127.0.0.1:${this.#ports.gateway}`;
  }

  async start(): Promise<void> {
    const { api, gateway } = this.#ports;
    const help = await davit(this.#env, 'up', '--help');
    this.#words = [
      `--port=${api}`,
      `--gateway-port=${gateway}`,
      `--service-addresses=${this.#blocks.services}`,
      `--pod-addresses=${this.#blocks.pods}`,
      ...(help.includes('--no-auth') ? ['--no-auth'] : []),
    ];
    await this.#begin();
  }

  async #begin(): Promise<void> {
    const up = new Running(['up', ...this.#words], this.#env);
    this.#ups.push(up);
    await up.says(/the Kubernetes API is up/);
  }

  /** Kills one process, a moment after it was first seen, and starts `davit up` again when it was that. @returns false when none came */
  async killOne(random: () => number): Promise<boolean> {
    const role = targets[Math.floor(random() * targets.length)] ?? 'up';
    const [part, moment] = [random(), random() * longestLife];
    const there = await this.#until(role);
    await later(moment);
    const found = there[Math.floor(part * there.length)];
    if (found === undefined || !kill(found.pid)) return false;
    this.#killed.set(role, (this.#killed.get(role) ?? 0) + 1);
    if (role !== 'up') return true;
    await this.#ups.at(-1)?.ended;
    await this.#begin();
    return true;
  }

  /** The processes of a role once there are any; none when there is none in the time that one may take to come. */
  async #until(role: string): Promise<readonly Found[]> {
    const until = performance.now() + coming;
    while (true) {
      const there = this.#processes().filter(found => found.role === role);
      if (there.length > 0 || performance.now() > until) return there;
      await later(20);
    }
  }

  /** All processes end at once, and what they held with them; then `davit up` is started as after a boot. */
  async powerCut(): Promise<void> {
    // A shim that outlives what it waits for would write a status that a power cut leaves no time for.
    const all = this.#processes();
    for (const { pid } of all) kill(pid, 'SIGSTOP');
    for (const { pid } of [...this.#processes(), ...all]) kill(pid);
    await this.#ups.at(-1)?.ended;
    await this.settles(() => Promise.resolve(this.#processes().map(({ command }) => command)));
    await this.#begin();
  }

  /** Asks until there is nothing to tell; resolves to what there still was when patience ended. */
  async settles(ask: () => Promise<string[]>): Promise<string[]> {
    const until = performance.now() + patience;
    while (true) {
      const found = await ask().catch((error: unknown) => [String(error)]);
      if (found.length === 0 || performance.now() > until) return found;
      await later(pause);
    }
  }

  /** Processes and ports of pods, of which there are none any more, and of Services that are gone. */
  leftovers(addresses: ReadonlySet<string>): string[] {
    const all = this.#processes();
    const waitsForResident = ({ pid }: Found): boolean =>
      all.some(({ parent, role }) => parent === pid && resident.has(role));
    const processes = all.filter(
      one => !resident.has(one.role) && !(one.role === 'shim' && waitsForResident(one)),
    );
    const twice = ['up', 'host', 'gateway'].filter(
      role => all.filter(found => found.role === role).length !== 1,
    );
    const ofPods = listenersIn(this.#blocks.pods);
    const ofNobody = listenersIn(this.#blocks.services).filter(
      listener => !addresses.has(listener.replace(/:\d+$/, '')),
    );
    return [
      ...processes.map(({ pid, command }) => `process ${pid} is left: ${command}`),
      ...twice.map(role => `there is not one process ${role}`),
      ...ofPods.map(listener => `${listener} of a pod is listened on`),
      ...ofNobody.map(listener => `${listener} of no Service is listened on`),
    ];
  }

  /** Every process and port of the platform. */
  everything(): string[] {
    const processes = this.#processes().map(({ pid, command }) => `process ${pid} is left: ${command}`);
    const ports = [...listenersIn(this.#blocks.pods), ...listenersIn(this.#blocks.services)];
    return [...processes, ...ports.map(address => `${address} is listened on`)];
  }

  /** All that it has printed, over every start. */
  said(): string {
    return this.#ups.map(({ text }) => text).join('');
  }

  tally(): string {
    return [...this.#killed].map(([role, times]) => `${role} ${times}`).join(', ');
  }

  #processes(): Found[] {
    return processesWith(`TMPDIR=${join(this.#folder, 'tmp')}`);
  }

  async stop(): Promise<void> {
    await davit(this.#env, 'down');
    await this.#ups.at(-1)?.ended;
  }

  /** Whatever is there ends. */
  end(): void {
    for (const { pid } of this.#processes()) kill(pid);
  }
}

function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
