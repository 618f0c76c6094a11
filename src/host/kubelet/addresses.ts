import { AddressBlock } from '../../cluster/allocation/index.ts';

/** Addresses of pods: one each, given out in turn, so that one that was just given back is not at once another pod's. */
export class Addresses {
  readonly #block: AddressBlock;
  readonly #used = new Set<string>();
  #next: number;

  /** `from` says where in the block it begins. */
  constructor(block: string, from: number) {
    this.#block = new AddressBlock(block);
    this.#next = from % this.#block.size;
  }

  /** Marks one that a pod has from before. */
  keep(address: string): void {
    this.#used.add(address);
    const index = this.#block.indexOf(address);
    if (index !== undefined) this.#next = index + 1;
  }

  /** Undefined when all are given out. */
  take(): string | undefined {
    for (let step = 0; step < this.#block.size; step++) {
      const address = this.#block.at(this.#next % this.#block.size);
      this.#next = (this.#next + 1) % this.#block.size;
      // The first and the last of each 256 look like networks and broadcasts to people and to some programs.
      if (/\.(0|1|255)$/.test(address) || this.#used.has(address)) continue;
      this.#used.add(address);
      return address;
    }
    return undefined;
  }

  giveBack(address: string): void {
    this.#used.delete(address);
  }
}
