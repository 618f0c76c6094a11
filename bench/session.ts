import { appendFileSync } from 'node:fs';
import type { DavitBuild } from './lineup.ts';
import type { Options } from './options.ts';
import { Running, type Server, Unfit } from './running.ts';
import type { Workload } from './workload.ts';

/** What every suite works with: the options, the Davits to measure, and where figures go. */
export class Session {
  readonly options: Options;
  readonly builds: readonly DavitBuild[];
  /** Servers that could not be measured; a run with any ends with status 1. */
  readonly unfit: string[] = [];

  constructor(options: Options, builds: readonly DavitBuild[]) {
    this.options = options;
    this.builds = builds;
  }

  /** A line for who watches; tables alone go to stdout. */
  tell(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  print(text: string): void {
    process.stdout.write(`${text}\n\n`);
  }

  record(suite: string, figures: object): void {
    if (this.options.json === undefined) return;
    const line = { suite, at: new Date().toISOString(), ...figures };
    appendFileSync(this.options.json, `${JSON.stringify(line)}\n`);
  }

  chosen(servers: readonly Server[]): readonly Server[] {
    const { only } = this.options;
    return servers.filter(({ name }) => only.length === 0 || only.includes(name));
  }

  /** Starts a server; one that does not start or answers wrongly is reported and left out. */
  async start(server: Server, workload: Workload, sample: string | undefined): Promise<Running | undefined> {
    try {
      const running = await Running.start(server, workload, { sample });
      this.tell(`${server.name} answers rightly after ${Math.round(running.startup)} ms`);
      return running;
    } catch (thrown) {
      this.leaveOut(server, thrown);
      return undefined;
    }
  }

  isFit({ name }: Server): boolean {
    return !this.unfit.includes(name);
  }

  /** Notes that a server is unfit; rethrows whatever is another matter. */
  leaveOut({ name }: Server, thrown: unknown): void {
    if (!(thrown instanceof Unfit)) throw thrown;
    this.unfit.push(name);
    this.tell(`!! left out: ${thrown.message}`);
  }

  /** Starts all, runs `work` on those that are fit, and stops them whatever happens. */
  async with<T>(
    servers: readonly Server[],
    workload: Workload,
    work: (running: readonly Running[]) => Promise<T>,
  ): Promise<T> {
    const fit: Running[] = [];
    try {
      for (const server of servers) {
        const running = await this.start(server, workload, fit[0]?.answer);
        if (running !== undefined) fit.push(running);
      }
      return await work(fit);
    } finally {
      await Promise.all(fit.map(running => running.stop()));
    }
  }
}
