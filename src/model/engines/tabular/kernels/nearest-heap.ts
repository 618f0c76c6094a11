/** Ranks that are sorted soonest by putting each where it belongs: the work grows with their square. */
const fewEnough = 64;

/**
 * The smallest of the ranks offered, and where they came from: a heap with the largest on top. What is as large as the
 * largest stays out, and which of several largest ones leaves is the one on top, as in `sklearn.utils._heap.heap_push`:
 * it decides which of equally near rows are neighbours.
 */
export class NearestHeap {
  readonly ranks: Float64Array;
  readonly places: Int32Array;
  /** The largest rank held; infinite until as many have come as there is room for. */
  largest = Infinity;

  /** @param count how many are kept */
  constructor(count: number) {
    this.ranks = new Float64Array(count);
    this.places = new Int32Array(count);
  }

  clear(): void {
    this.ranks.fill(Infinity);
    this.places.fill(0);
    this.largest = Infinity;
  }

  offer(rank: number, place: number): void {
    if (rank >= this.largest) return;
    const { ranks, places } = this;
    const size = ranks.length;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= size) break;
      const right = left + 1;
      const larger = right < size && !((ranks[left] as number) >= (ranks[right] as number)) ? right : left;
      if (!((ranks[larger] as number) > rank)) break;
      ranks[at] = ranks[larger] as number;
      places[at] = places[larger] as number;
      at = larger;
    }
    ranks[at] = rank;
    places[at] = place;
    this.largest = ranks[0] as number;
  }

  /** Puts the nearest first; nothing can be offered after it until the next `clear`. */
  sort(): void {
    const { ranks, places } = this;
    if (ranks.length > fewEnough) {
      this.#sortMany();
      return;
    }
    for (let next = 1; next < ranks.length; next++) {
      const rank = ranks[next] as number;
      const place = places[next] as number;
      let slot = next;
      for (; slot > 0 && (ranks[slot - 1] as number) > rank; slot--) {
        ranks[slot] = ranks[slot - 1] as number;
        places[slot] = places[slot - 1] as number;
      }
      ranks[slot] = rank;
      places[slot] = place;
    }
  }

  #sortMany(): void {
    const ranks = this.ranks.slice();
    const places = this.places.slice();
    const order = Uint32Array.from(ranks.keys()).sort((one, other) => {
      const [a, b] = [ranks[one] as number, ranks[other] as number];
      return a < b ? -1 : Number(a > b);
    });
    for (const [at, from] of order.entries()) {
      this.ranks[at] = ranks[from] as number;
      this.places[at] = places[from] as number;
    }
  }
}
