import type { FieldError } from '../../meta/index.ts';

/** What came of holding a value against a schema. */
export interface Result {
  readonly errors: readonly Finding[];
  /** How many checks were made; of several alternatives that failed, the one with most is told. */
  readonly matches: number;
}

/** An error with the sentence by which repeated ones are recognized. */
export interface Finding {
  readonly text: string;
  readonly error: FieldError;
}

/** Collects findings, each sentence once. */
export class Findings implements Result {
  #errors: Finding[] | undefined;
  matches = 0;

  get errors(): readonly Finding[] {
    return this.#errors ?? none;
  }

  add(text: string, error: FieldError): void {
    if (this.#errors?.some(found => found.text === text)) return;
    (this.#errors ??= []).push({ text, error });
  }

  merge(other: Result | undefined): void {
    if (other === undefined) return;
    this.matches += other.matches;
    for (const { text, error } of other.errors) this.add(text, error);
  }
}

const none: readonly Finding[] = [];
