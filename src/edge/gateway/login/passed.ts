import {
  connectionOptions,
  fieldBytes,
  flowCookies,
  groupsField,
  groupsText,
  sessionCookie,
  tellsIdentity,
  type User,
  userField,
} from '../../../base/access/index.ts';
import type { Field, Head, Peer } from '../../../base/net/index.ts';
import type { Known } from '../../identity/index.ts';
import { withoutCookies } from './cookies.ts';
import { unread } from './credentials.ts';

export interface Passing {
  /** Who asks. */
  readonly known: Known | undefined;
  /** Whether he has said so in fields of his own; else these are for whoever is behind. */
  readonly spoken: boolean;
  /** The credential, where whoever is behind asks for itself who calls. */
  readonly shown: string | undefined;
  /** Whether it comes from inside the cluster, where a cookie of a session is for whoever is behind. */
  readonly inside?: boolean;
}

const spokenFields = new Set(['authorization', 'x-auth-token']);

/**
 * A head as the services behind are to see it: without what it said of who asks, without the credential, which is for the gateway
 * alone, and with who it is that asks.
 */
export class PassedHead implements Head {
  readonly peer?: Peer;
  readonly major?: 1 | 2;
  readonly incoming: Head['incoming'];
  readonly #head: Head;
  readonly #passing: Passing;
  #fields: readonly Field[] | undefined;

  constructor(head: Head, passing: Passing) {
    this.#head = head;
    this.#passing = passing;
    this.incoming = head.incoming;
    if (head.major !== undefined) this.major = head.major;
    if (head.peer !== undefined) this.peer = head.peer;
  }

  header(name: string): string | undefined {
    const lower = name.toLowerCase();
    const { known } = this.#passing;
    if (lower === userField) return known?.user.name;
    if (lower === groupsField) return known && groupsText(known.user.groups);
    if (lower === 'cookie' || lower === 'connection' || this.#isGone(lower)) return this.#said(lower);
    return this.#head.header(name);
  }

  fields(): readonly Field[] {
    return (this.#fields ??= this.#made());
  }

  #made(): Field[] {
    const fields: Field[] = [];
    for (const field of this.#head.fields?.() ?? []) {
      const [name, value] = field;
      const lower = name.toLowerCase();
      if (this.#isGone(lower)) continue;
      const kept = this.#kept(lower, value);
      if (kept === value) fields.push(field);
      else if (kept !== '') fields.push([name, kept]);
    }
    const { known, shown } = this.#passing;
    if (known !== undefined) fields.push(...fieldsOf(known.user));
    if (shown !== undefined) fields.push(['authorization', `Bearer ${shown}`]);
    return fields;
  }

  #kept(lower: string, value: string): string {
    if (lower === 'connection') return connectionOptions(value);
    return lower === 'cookie' && this.#passing.inside !== true ? withoutCookies(value, isOurs) : value;
  }

  #isGone(lower: string): boolean {
    const { spoken, shown } = this.#passing;
    if (tellsIdentity(lower)) return true;
    if (!spokenFields.has(lower)) return false;
    return spoken || shown !== undefined || this.#isUnread(lower);
  }

  #isUnread(lower: string): boolean {
    return this.#passing.inside !== true && unread(this.#head).includes(lower);
  }

  #said(lower: string): string | undefined {
    const values = this.fields().filter(([name]) => name.toLowerCase() === lower);
    return values.length === 0
      ? undefined
      : values.map(([, value]) => value).join(lower === 'cookie' ? '; ' : ', ');
  }
}

/** Somebody is the same object as long as he is remembered. */
const told = new WeakMap<User, readonly Field[]>();

/** Who somebody is, as the services behind are told. */
function fieldsOf(user: User): readonly Field[] {
  let fields = told.get(user);
  if (fields === undefined) {
    const { name, groups } = user;
    fields = [
      [userField, fieldBytes(name)],
      [groupsField, fieldBytes(groupsText(groups))],
    ];
    told.set(user, fields);
  }
  return fields;
}

function isOurs(name: string): boolean {
  return name === sessionCookie || name.startsWith(flowCookies) || name.startsWith(`__Host-${flowCookies}`);
}
