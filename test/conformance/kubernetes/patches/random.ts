export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Fields = { [key: string]: Value };

/** Random choices that a seed decides. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1): a 32-bit generator by its state, mixed (the constants are those of splitmix32). */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** Some of a list, in random order. */
  some<T>(from: readonly T[], most = from.length): T[] {
    const left = [...from];
    const taken: T[] = [];
    for (let count = this.below(Math.min(most, from.length) + 1); count > 0; count--) {
      taken.push(...left.splice(this.below(left.length), 1));
    }
    return taken;
  }

  /** Each field with the probability given; what a maker leaves undefined is left out. */
  fields(probability: number, makers: Readonly<Record<string, () => Value | undefined>>): Fields {
    const made: Fields = {};
    for (const [name, make] of Object.entries(makers)) {
      const value = this.chance(probability) ? make() : undefined;
      if (value !== undefined) made[name] = value;
    }
    return made;
  }
}
