/** A block of IPv4 addresses, `10.96.0.0/16`. */
export class AddressBlock {
  readonly text: string;
  readonly #first: number;
  readonly size: number;

  /** @throws RangeError when the text is no block of at least four addresses. */
  constructor(text: string) {
    const [address = '', prefix = ''] = text.split('/');
    const number = numberOf(address);
    const length = Number(prefix);
    if (number === undefined || !/^\d{1,2}$/.test(prefix) || length > 30) {
      throw new RangeError(`${JSON.stringify(text)} is no block of IPv4 addresses, such as 10.96.0.0/16`);
    }
    this.text = text;
    this.size = 2 ** (32 - length);
    this.#first = number - (number % this.size);
  }

  at(index: number): string {
    const number = this.#first + index;
    return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.');
  }

  /** The place of an address; undefined when it lies outside. */
  indexOf(address: string): number | undefined {
    const number = numberOf(address);
    if (number === undefined) return undefined;
    const index = number - this.#first;
    return index >= 0 && index < this.size ? index : undefined;
  }
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.').map(part => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  if (parts.length !== 4 || parts.some(part => !(part < 256))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Numbers of a range that are given out once each. */
export class Numbers {
  readonly #first: number;
  readonly #size: number;
  readonly #used = new Set<number>();

  constructor(first: number, size: number) {
    this.#first = first;
    this.#size = size;
  }

  has(number: number): boolean {
    return this.#used.has(number);
  }

  contains(number: number): boolean {
    return Number.isInteger(number) && number >= this.#first && number < this.#first + this.#size;
  }

  take(number: number): void {
    this.#used.add(number);
  }

  release(number: number): void {
    this.#used.delete(number);
  }

  /** A free number, by chance; undefined when none is left. `random` gives 0 ≤ x < 1. */
  free(random: () => number): number | undefined {
    if (this.#used.size >= this.#size) return undefined;
    const start = Math.floor(random() * this.#size);
    for (let step = 0; step < this.#size; step++) {
      const number = this.#first + ((start + step) % this.#size);
      if (!this.#used.has(number)) return number;
    }
    return undefined;
  }
}
