import { groupsField, tellsIdentity, userField } from '../../../base/access/index.ts';
import type { Field, Head, Peer } from '../../../base/net/index.ts';
import type { Caller } from './reviews.ts';
import { withoutSession } from './shown.ts';

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
    const lower = name.toLowerCase();
    if (lower === userField) return this.#caller?.name;
    if (lower === groupsField) return this.#caller && groupsOf(this.#caller);
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
      const left = lower === 'cookie' && !this.#keeps ? withoutSession(value) : value;
      if (left !== '' || value === '') fields.push([name, left]);
    }
    const caller = this.#caller;
    if (caller !== undefined)
      fields.push([userField, latin(caller.name)], [groupsField, latin(groupsOf(caller))]);
    return fields;
  }

  #goesNoFurther(lower: string): boolean {
    return tellsIdentity(lower) || (!this.#keeps && credentials.has(lower));
  }
}

/** Groups that people know; those that everybody has tell nothing. */
function groupsOf({ groups }: Caller): string {
  return groups.filter(group => group !== 'system:authenticated').join(',');
}

/** Fields are bytes: UTF-8 where a name has other letters. What would end a field is left out. */
function latin(text: string): string {
  return Buffer.from(text.replaceAll(/\p{Cc}/gu, ''), 'utf8').toString('latin1');
}
