import type { Backend, Endpoint } from './routes/index.ts';

interface Load {
  running: number;
  /** Not before then, unless there is nothing else: it could not be connected to; 0 when it could. */
  avoided: number;
}

/** Milliseconds that a replica which took no connection is left alone. */
const avoidance = 1000;

/** Picks the replica with the fewest requests under way, taking turns among equals. */
export class Balancer {
  readonly #loads = new Map<string, Load>();
  readonly #now: () => number;
  #turn = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A replica that has not been tried; what is taken is to be given back by `leave`. */
  take({ endpoints }: Backend, tried: readonly Endpoint[]): Endpoint | undefined {
    let best: Endpoint | undefined;
    let least = Infinity;
    const from = this.#turn++;
    for (let step = 0; step < endpoints.length; step++) {
      const one = endpoints[(from + step) % endpoints.length] as Endpoint;
      const load = this.#loads.get(one.key);
      const cost = load === undefined ? 0 : load.running + (this.#isAvoided(load) ? 1e9 : 0);
      if (cost < least && (tried.length === 0 || !tried.some(({ key }) => key === one.key))) {
        best = one;
        least = cost;
      }
    }
    if (best !== undefined) this.#load(best).running++;
    return best;
  }

  leave(endpoint: Endpoint): void {
    const load = this.#load(endpoint);
    load.running--;
    if (load.running <= 0 && !this.#isAvoided(load)) this.#loads.delete(endpoint.key);
  }

  avoid(endpoint: Endpoint): void {
    this.#load(endpoint).avoided = this.#now() + avoidance;
  }

  #isAvoided({ avoided }: Load): boolean {
    return avoided > 0 && avoided > this.#now();
  }

  #load({ key }: Endpoint): Load {
    let load = this.#loads.get(key);
    if (load === undefined) this.#loads.set(key, (load = { running: 0, avoided: 0 }));
    return load;
  }
}
