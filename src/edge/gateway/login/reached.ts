import type { Log } from '../../../base/log/index.ts';
import { bareHost, type Table } from '../routes/index.ts';

/** Hosts that are told of: whoever can log in chooses what he calls the gateway. */
const most = 20;

/**
 * Warns once of each name by which people log in, and which nothing keeps for the gateway: whoever may make a route could have it, and
 * show there a form for their passwords. It is not kept by itself, since then whoever can log in would take hosts away from others.
 */
export class Reached {
  readonly #log: Log;
  readonly #told = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** @param field the Host field of a request by which somebody has logged in */
  by(field: string, { isOwn, ownerOf, hosts }: Table): void {
    const host = bareHost(field);
    const isSomebodys = ownerOf(host) !== undefined || hosts.has(host);
    if (host === '' || isOwn(host) || isSomebodys || this.#told.has(host) || this.#told.size >= most) return;
    this.#told.add(host);
    this.#log.warning('people log in by a name that users may route: say it with --gateway-url', {
      host: host.slice(0, 253),
    });
  }
}
