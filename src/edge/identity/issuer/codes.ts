import type { Records } from '../index.ts';
import type { Bounds, Lifetimes } from './contract.ts';
import type { Granted } from './grants.ts';
import { digestOf, newId } from './secrets.ts';

/** What a code is good for. */
export interface CodeFacts extends Granted {
  readonly redirectUri: string;
  readonly challenge: string | undefined;
}

export interface CodeOptions {
  readonly records: Records;
  readonly lifetimes: Lifetimes;
  readonly bounds: Bounds;
  readonly now: () => number;
}

/** Codes that were given and not exchanged yet, and what became of those that were. */
export class CodeStore {
  readonly #options: CodeOptions;

  constructor(options: CodeOptions) {
    this.#options = options;
  }

  give(facts: CodeFacts): string {
    const { records, bounds, lifetimes, now } = this.#options;
    if (records.count('code') >= bounds.codes) records.removeOldest('code');
    const code = newId();
    const value = JSON.stringify(facts);
    records.put('code', { id: digestOf(code), value, owner: '', expires: now() + lifetimes.code });
    return code;
  }

  find(code: string): CodeFacts | undefined {
    const row = this.#options.records.get('code', digestOf(code));
    return row === undefined ? undefined : (JSON.parse(row.value) as CodeFacts);
  }

  /** Takes a code out and remembers what it gave, as long as its tokens live; false when somebody was faster. */
  spend(code: string): boolean {
    const { records, bounds, lifetimes, now } = this.#options;
    const row = records.take('code', digestOf(code));
    if (row === undefined) return false;
    if (records.count('spent-code') >= bounds.spentCodes) records.removeOldest('spent-code');
    records.put('spent-code', { ...row, expires: now() + lifetimes.idToken });
    return true;
  }

  /** What a code gave that was exchanged before. */
  spent(code: string): CodeFacts | undefined {
    const row = this.#options.records.get('spent-code', digestOf(code));
    return row === undefined ? undefined : (JSON.parse(row.value) as CodeFacts);
  }
}
