import type { KubeObject } from '../../meta/index.ts';
import { readConfiguration } from './read.ts';
import type { Configuration } from './shape.ts';

/**
 * The configuration that is in force: give it the ConfigMap as often as it is seen, what has not changed is not read again.
 * Keys that cannot be read keep the value they had last; of each such state `onFault` is told once.
 */
export class LiveConfiguration {
  #current: Configuration;
  readonly #installed: Configuration;
  readonly #onFault: (fault: Error) => void;
  #read: KubeObject | undefined;

  constructor(installed: Configuration, onFault: (fault: Error) => void = () => undefined) {
    this.#current = installed;
    this.#installed = installed;
    this.#onFault = onFault;
  }

  get current(): Configuration {
    return this.#current;
  }

  /** What is in force once a ConfigMap is seen; where there is none, what was installed. */
  take(map: KubeObject | undefined): Configuration {
    if (map === this.#read) return this.#current;
    this.#read = map;
    if (map === undefined) return (this.#current = this.#installed);
    const { configuration, faults } = readConfiguration(map, this.#withAbsent(map));
    this.#current = configuration;
    for (const fault of faults) this.#onFault(fault);
    return configuration;
  }

  /** A key that was taken out of the map is as installed again. */
  #withAbsent(map: KubeObject): Configuration {
    const data = (map['data'] ?? {}) as Readonly<Record<string, unknown>>;
    const kept = Object.entries(this.#current).filter(([key]) => data[key] !== undefined);
    return { ...this.#installed, ...Object.fromEntries(kept) };
  }
}
