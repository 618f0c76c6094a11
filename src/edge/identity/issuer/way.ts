import type { Answer } from './answers.ts';

/** Does what an endpoint does, given what every request shows. */
export type Way<Start> = (visit: Start) => Promise<Answer>;

type Step = (visit: never) => unknown;

/**
 * The steps of an endpoint, one after another: each sees what those before it have found, and refuses by throwing. What a step
 * needs and no step before it finds does not compile.
 */
export class Steps<Start extends object, Has extends Start> {
  readonly #steps: readonly Step[];

  private constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  static from<Start extends object>(): Steps<Start, Start> {
    return new Steps<Start, Start>([]);
  }

  /** A step that finds something. */
  find<Found extends object>(step: (visit: Has) => Found | Promise<Found>): Steps<Start, Has & Found> {
    return new Steps<Start, Has & Found>([...this.#steps, step]);
  }

  /** A step that lets pass, or not. */
  check(step: (visit: Has) => void | Promise<void>): Steps<Start, Has> {
    return new Steps<Start, Has>([...this.#steps, step]);
  }

  /** The last step. */
  answer(step: (visit: Has) => Answer | Promise<Answer>): Way<Start> {
    return async start => {
      let visit: object = start;
      for (const one of this.#steps)
        visit = { ...visit, ...((await one(visit as never)) as object | undefined) };
      return step(visit as Has);
    };
  }
}
