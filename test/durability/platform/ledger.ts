/** What a service may be: its value, or that there is none. */
export type State = number | 'absent';

/** What was acknowledged of each service. A change whose answer never came leaves two possibilities. */
export class Ledger {
  readonly #possible = new Map<string, readonly State[]>();
  acknowledged = 0;

  possible(name: string): readonly State[] {
    return this.#possible.get(name) ?? ['absent'];
  }

  /** A change was answered: it is so from now on. */
  confirm(name: string, state: State): void {
    this.acknowledged++;
    this.#possible.set(name, [state]);
  }

  /** A change was sent, and no answer came. */
  doubt(name: string, state: State): void {
    this.#possible.set(name, [...new Set([...this.possible(name), state])]);
  }

  /** Takes what is there now. @returns what is wrong with it */
  check(name: string, found: State): string[] {
    const possible = this.possible(name);
    if (!possible.includes(found))
      return [`${name} is ${found}, and was acknowledged as ${possible.join(' or ')}`];
    this.#possible.set(name, [found]);
    return [];
  }
}
