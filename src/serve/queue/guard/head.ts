import {
  connectionOptions,
  fieldBytes,
  groupsField,
  groupsText,
  tellsIdentity,
  userField,
} from '../../../base/access/index.ts';
import type { Field, Head, Peer } from '../../../base/net/index.ts';
import type { Caller } from './reviews.ts';
import { withoutSession } from './shown.ts';

/** Fields that are asked for again and again. */
const mostTold = 50;
const credentials = new Set(['authorization', 'x-auth-token']);

/** A head as the container behind is to see it: without credentials, and with nothing said of who asks but what is known. */
export class GuardedHead implements Head {
  readonly major: 1 | 2;
  readonly peer?: Peer;
  readonly incoming: Head['incoming'];
  readonly #head: Head;
  readonly #caller: Caller | undefined;
  readonly #keeps: boolean;
  #made: readonly Field[] | undefined;
  readonly #told = new Map<string, string | undefined>();

  /** @param keeps whether credentials stay */
  constructor(head: Head, caller: Caller | undefined, keeps: boolean) {
    this.#head = head;
    this.#caller = caller;
    this.major = head.major ?? 1;
    this.#keeps = keeps;
    this.incoming = head.incoming;
    if (head.peer !== undefined) this.peer = head.peer;
  }

  header(name: string): string | undefined {
    // The same head stands for all the requests that a client repeats, and is asked the same each time.
    const known = this.#told.get(name);
    if (known !== undefined || this.#told.has(name)) return known;
    const value = this.#header(name);
    if (this.#told.size < mostTold) this.#told.set(name, value);
    return value;
  }

  #header(name: string): string | undefined {
    const lower = name.toLowerCase();
    if (lower === userField) return this.#caller?.name;
    if (lower === groupsField) return this.#caller && groupsText(this.#caller.groups);
    if (this.#goesNoFurther(lower)) return undefined;
    const value = this.#head.header(lower);
    if (lower !== 'cookie' || value === undefined || this.#keeps) return value;
    return withoutSession(value) || undefined;
  }

  fields(): readonly Field[] {
    return (this.#made ??= this.#make());
  }

  #make(): Field[] {
    const fields: Field[] = [];
    for (const [name, value] of this.#head.fields?.() ?? []) {
      const lower = name.toLowerCase();
      if (this.#goesNoFurther(lower)) continue;
      const left = this.#left(lower, value);
      if (left !== '' || value === '') fields.push([name, left]);
    }
    const caller = this.#caller;
    if (caller !== undefined)
      fields.push([userField, fieldBytes(caller.name)], [groupsField, fieldBytes(groupsText(caller.groups))]);
    return fields;
  }

  #left(lower: string, value: string): string {
    if (lower === 'connection') return connectionOptions(value);
    return lower === 'cookie' && !this.#keeps ? withoutSession(value) : value;
  }

  #goesNoFurther(lower: string): boolean {
    return tellsIdentity(lower) || (!this.#keeps && credentials.has(lower));
  }
}
