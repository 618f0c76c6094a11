import type { Client } from './contract.ts';
import { isSame } from './secrets.ts';

/** The clients of an issuer, by id. */
export class Clients {
  readonly #clients: ReadonlyMap<string, Client>;

  constructor(clients: readonly Client[]) {
    this.#clients = new Map(clients.map(client => [client.id, client]));
  }

  find(id: string): Client | undefined {
    return this.#clients.get(id);
  }

  /** Whoever shows a secret, or needs none. */
  authenticated(id: string, secret: string | undefined): Client | undefined {
    const client = this.#clients.get(id);
    if (client === undefined) return undefined;
    if (client.secret === undefined) return client.isPublic && (secret ?? '') === '' ? client : undefined;
    return isSame(client.secret, secret ?? '') ? client : undefined;
  }
}

/** Whether a login of a client may lead there; a fragment or anything else that is not registered letter by letter may not. */
export function mayLeadTo({ redirectUris, isPublic }: Client, address: string): boolean {
  if (redirectUris.includes(address)) return true;
  // A program on the machine of whoever logs in listens on a port of its own choice (RFC 8252 section 7.3).
  return isPublic && redirectUris.length === 0 && thisMachine.test(address);
}

const thisMachine = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(\/[\x21\x22\x24-\x7e]*)?$/;
