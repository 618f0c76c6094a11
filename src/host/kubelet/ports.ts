import { createServer } from 'node:net';

/** Ports that pods are given where they share an address: below those that systems give to whoever asks for any, and those of Services. */
const first = 20_000;
const count = 10_000;

/** Whether a port can be listened on now. */
type IsFree = (host: string, port: number) => Promise<boolean>;

const listening: IsFree = (host, port) =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** Ports of one address for many pods, given out in turn. */
export class Ports {
  readonly #host: string;
  readonly #isFree: IsFree;
  readonly #used = new Set<number>();
  #next: number;

  /** @param from says where it begins */
  constructor(host: string, from: number, isFree = listening) {
    this.#host = host;
    this.#isFree = isFree;
    this.#next = from % count;
  }

  /** Marks those that a pod has from before. */
  keep(ports: Iterable<number>): void {
    for (const port of ports) this.#used.add(port);
  }

  /** Another number for each; undefined when there are not as many left. */
  async take(wanted: readonly number[]): Promise<ReadonlyMap<number, number> | undefined> {
    const taken = new Map<number, number>();
    for (let step = 0; step < count && taken.size < wanted.length; step++) {
      const port = first + this.#next;
      this.#next = (this.#next + 1) % count;
      if (this.#used.has(port)) continue;
      this.#used.add(port);
      if (await this.#isFree(this.#host, port)) taken.set(wanted[taken.size] as number, port);
      else this.#used.delete(port);
    }
    if (taken.size === wanted.length) return taken;
    this.giveBack(taken.values());
    return undefined;
  }

  /**
   * Where the ports of a pod are found by now: those of `some` that somebody else listens on are given back for others, as long as there are
   * any.
   * @param given where they were found
   * @returns `given` itself where nothing changes
   */
  async renewed(
    given: ReadonlyMap<number, number>,
    some: readonly number[],
  ): Promise<ReadonlyMap<number, number>> {
    const lost: number[] = [];
    for (const port of some) {
      const found = given.get(port);
      if (found !== undefined && !(await this.#isFree(this.#host, found))) lost.push(port);
    }
    const others = lost.length === 0 ? undefined : await this.take(lost);
    if (others === undefined) return given;
    this.giveBack(lost.map(port => given.get(port) as number));
    return new Map([...given, ...others]);
  }

  giveBack(ports: Iterable<number>): void {
    for (const port of ports) this.#used.delete(port);
  }
}
