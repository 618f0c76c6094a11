import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from './doors.ts';

/** Milliseconds until an endpoint must have taken a connection. */
const connectTimeout = 5000;

/** Why an address cannot be listened on. */
export type Refusal = 'not-allowed' | 'not-here' | 'taken' | 'other';

/** Passes connections on to endpoints, bytes as they are: it knows no protocol. */
export class Proxy {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #load = new Map<string, number>();
  #endpoints: readonly Address[] = [];
  #sticky = false;
  #turn = 0;

  constructor() {
    // What arrives while the endpoint is being reached waits in the kernel.
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, client =>
      this.#take(client),
    );
  }

  /** Where it listens. */
  get address(): Address {
    const { address, port } = this.#server.address() as { address: string; port: number };
    return { host: address, port };
  }

  /** Endpoints that new connections go to; those that are open stay where they are. */
  set(endpoints: readonly Address[], sticky: boolean): void {
    this.#endpoints = endpoints;
    this.#sticky = sticky;
  }

  /** @throws the system's error (`EACCES`, `EADDRINUSE`, `EADDRNOTAVAIL`). */
  listen({ host, port }: Address): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, exclusive: true, backlog: 1024 }, () => {
        this.#server.off('error', reject);
        // A connection that cannot be accepted (too many open files) must not end the process.
        this.#server.on('error', () => {});
        resolve();
      });
    });
  }

  /** Takes no more connections; those that are open go on. */
  close(): void {
    this.#server.close();
  }

  /** Ends every connection as well. */
  destroy(): void {
    this.close();
    for (const socket of this.#open) socket.destroy();
  }

  #take(client: Socket): void {
    this.#open.add(client);
    client.on('error', () => {});
    client.once('close', () => this.#open.delete(client));
    this.#connect(client, this.#order(client));
  }

  /** Endpoints in the order in which they are tried: a client's own first, else the one with the fewest connections. */
  #order(client: Socket): Address[] {
    const all = this.#endpoints;
    if (all.length < 2) return [...all];
    const first = this.#sticky ? placeOf(client.remoteAddress ?? '', all.length) : this.#turn++ % all.length;
    const turned = [...all.slice(first), ...all.slice(0, first)];
    if (this.#sticky) return turned;
    return turned.sort((a, b) => this.#loadOf(a) - this.#loadOf(b));
  }

  #loadOf({ host, port }: Address): number {
    return this.#load.get(`${host} ${port}`) ?? 0;
  }

  #connect(client: Socket, [endpoint, ...others]: readonly Address[]): void {
    if (endpoint === undefined || client.destroyed) {
      client.destroy();
      return;
    }
    const server = connect({ ...endpoint, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => server.destroy(new Error('timed out')), connectTimeout);
    const gaveUp = (): void => void server.destroy();
    client.once('close', gaveUp);
    const failed = (): void => {
      clearTimeout(timer);
      client.off('close', gaveUp);
      this.#connect(client, others);
    };
    server.once('error', failed);
    server.once('connect', () => {
      clearTimeout(timer);
      server.off('error', failed);
      client.off('close', gaveUp);
      this.#join(client, server, `${endpoint.host} ${endpoint.port}`);
    });
  }

  #join(client: Socket, server: Socket, endpoint: string): void {
    this.#load.set(endpoint, (this.#load.get(endpoint) ?? 0) + 1);
    server.on('error', () => {});
    server.once('close', () => {
      const left = (this.#load.get(endpoint) ?? 1) - 1;
      if (left > 0) this.#load.set(endpoint, left);
      else this.#load.delete(endpoint);
      endWith(server, client);
    });
    client.once('close', () => endWith(client, server));
    client.pipe(server);
    server.pipe(client);
  }
}

/** A side that broke off breaks the other off; one that ended in order has said so already. */
function endWith(gone: Socket, other: Socket): void {
  if (gone.errored !== null) other.resetAndDestroy();
  else if (!gone.readableEnded) other.destroy();
}

/** A place that depends on the client alone. */
function placeOf(client: string, places: number): number {
  let hash = 0;
  for (const letter of client) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash % places;
}

/** Why an address could not be listened on. */
export function refusalOf(error: unknown): Refusal {
  const { code } = error as { code?: string };
  if (code === 'EACCES') return 'not-allowed';
  if (code === 'EADDRNOTAVAIL') return 'not-here';
  return code === 'EADDRINUSE' ? 'taken' : 'other';
}
