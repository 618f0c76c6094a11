/**
 * `numpy.argpartition` as NumPy computes it without vector instructions: the places of the smallest ranks come first, and
 * which of equal ones are among them depends on how it goes about it. By median of three, by median of medians of five
 * when that does not shrink the rest, and by looking for each of the first few.
 */
export class Partition {
  readonly ranks: Float64Array;
  readonly places: Int32Array;

  /** @param count how many ranks there are; they are written to `ranks` before each run, and none is NaN */
  constructor(count: number) {
    this.ranks = new Float64Array(count);
    this.places = new Int32Array(count);
  }

  /** Brings the place that is `kth` in order there, and smaller ones before it. */
  run(kth: number): void {
    const { places } = this;
    for (let at = 0; at < places.length; at++) places[at] = at;
    this.#select(0, places.length - 1, kth);
  }

  #rank(at: number): number {
    return this.ranks[this.places[at] as number] as number;
  }

  #less(at: number, than: number): boolean {
    return this.#rank(at) < this.#rank(than);
  }

  #swap(one: number, other: number): void {
    const { places } = this;
    const held = places[one] as number;
    places[one] = places[other] as number;
    places[other] = held;
  }

  #select(first: number, last: number, kth: number): void {
    if (kth - first < 3) {
      this.#firstFew(first, last, kth);
      return;
    }
    if (kth === last) {
      this.#largest(first, last);
      return;
    }
    let low = first;
    let high = last;
    let turns = 2 * (31 - Math.clz32(last - first + 1));
    while (low + 1 < high) {
      const { from, to } = this.#pivot(low, high, turns > 0);
      turns--;
      const { left, right } = this.#divide(low, from, to);
      this.#swap(low, right);
      if (right >= kth) high = right - 1;
      if (right <= kth) low = left;
    }
    if (high === low + 1 && this.#less(high, low)) this.#swap(high, low);
  }

  #firstFew(first: number, last: number, kth: number): void {
    for (let at = first; at <= kth; at++) {
      let least = at;
      for (let other = at + 1; other <= last; other++) if (this.#less(other, least)) least = other;
      this.#swap(at, least);
    }
  }

  #largest(first: number, last: number): void {
    let largest = first;
    for (let at = first + 1; at <= last; at++) if (!this.#less(at, largest)) largest = at;
    this.#swap(last, largest);
  }

  /** Brings a pivot to `low`, and tells between what the rest is to be divided. */
  #pivot(low: number, high: number, hopeful: boolean): { readonly from: number; readonly to: number } {
    if (hopeful || high - low - 1 < 5) {
      this.#medianOfThree(low, low + ((high - low) >> 1), high);
      return { from: low + 1, to: high };
    }
    this.#swap(low, this.#medianOfMedians(low + 1, high - low - 1));
    return { from: low, to: high + 1 };
  }

  #medianOfThree(low: number, middle: number, high: number): void {
    if (this.#less(high, middle)) this.#swap(high, middle);
    if (this.#less(high, low)) this.#swap(high, low);
    if (this.#less(low, middle)) this.#swap(low, middle);
    this.#swap(middle, low + 1);
  }

  #medianOfMedians(first: number, count: number): number {
    const groups = Math.floor(count / 5);
    for (let group = 0; group < groups; group++)
      this.#swap(this.#medianOfFive(first + 5 * group), first + group);
    if (groups > 2) this.#select(first, first + groups - 1, first + (groups >> 1));
    return first + (groups >> 1);
  }

  #sortPair(low: number, high: number): void {
    if (this.#less(high, low)) this.#swap(high, low);
  }

  #medianOfFive(at: number): number {
    this.#sortPair(at, at + 1);
    this.#sortPair(at + 3, at + 4);
    this.#sortPair(at, at + 3);
    this.#sortPair(at + 1, at + 4);
    this.#sortPair(at + 1, at + 2);
    if (!this.#less(at + 3, at + 2)) return at + 2;
    return this.#less(at + 3, at + 1) ? at + 1 : at + 3;
  }

  #divide(pivot: number, from: number, to: number): { readonly left: number; readonly right: number } {
    let left = from;
    let right = to;
    for (;;) {
      do left++;
      while (this.#less(left, pivot));
      do right--;
      while (this.#less(pivot, right));
      if (right < left) return { left, right };
      this.#swap(left, right);
    }
  }
}
