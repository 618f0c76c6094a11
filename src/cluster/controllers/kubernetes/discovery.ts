import { discover, type Discovered, type Transport } from '../../client/index.ts';

/** The kinds of a server as controllers know them; renewed when definitions come and go. */
export class Discovery {
  readonly #transport: Transport;
  readonly #listeners: (() => void)[] = [];
  #all: readonly Discovered[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Asks the server again; listeners are told when anything differs. */
  async renew(): Promise<void> {
    const all = await discover(this.#transport);
    const changed = JSON.stringify(all) !== JSON.stringify(this.#all);
    this.#all = all;
    if (changed) for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Each kind in one version: the first that its group lists. */
  preferred(): Discovered[] {
    const seen = new Set<string>();
    return this.#all.filter(({ group, plural }) => {
      const key = `${group}/${plural}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  }

  ofKind(group: string, version: string, kind: string): Discovered | undefined {
    const named = this.#all.filter(one => one.group === group && one.kind === kind);
    return named.find(one => one.version === version) ?? named[0];
  }
}
