import { isOwnCookie } from '../../base/access/index.ts';
import { type Field, type Head, prepareHead, type PreparedHead } from '../../base/net/index.ts';
import { bareHost, isPlatform, type Owner, type Table } from './routes/index.ts';

/**
 * What a page of a service may do at a host of the gateway itself, where it would be taken for one of ours: it runs, but not as this
 * origin, so that the session of whoever looks at it is not its to use.
 */
const fence: Field = [
  'Content-Security-Policy',
  'sandbox allow-scripts allow-forms allow-popups allow-downloads',
];

/** Types whose documents run nothing; they stay pages of this origin, and are taken for nothing else. */
const inert = new Set(['application/json', 'text/plain']);
const asTold: Field = ['X-Content-Type-Options', 'nosniff'];

interface Variants {
  open?: PreparedHead;
  fenced?: PreparedHead;
}

/** Servers repeat their heads, and the same text is the same object. */
const known = new WeakMap<PreparedHead, Variants>();

/** The head of an answer as the client gets it: no service sets a cookie of the gateway's, for its host or a domain that it is in. */
function givenBack(head: PreparedHead, isFenced: boolean): PreparedHead {
  let variants = known.get(head);
  if (variants === undefined) known.set(head, (variants = {}));
  const which = isFenced ? 'fenced' : 'open';
  return (variants[which] ??= made(head, isFenced));
}

function made(head: PreparedHead, isFenced: boolean): PreparedHead {
  const kept = head.fields.filter(([name, value]) => name.toLowerCase() !== 'set-cookie' || !setsOurs(value));
  if (!isFenced && kept.length === head.fields.length) return head;
  if (!isFenced) return prepareHead(head.status, kept);
  if (!isInert(kept)) return prepareHead(head.status, [...kept, fence]);
  // Browsers look at the first one alone.
  const others = kept.filter(([name]) => name.toLowerCase() !== asTold[0].toLowerCase());
  return prepareHead(head.status, [...others, asTold]);
}

/** One without a type is text where a browser must not guess. */
function isInert(fields: readonly Field[]): boolean {
  const types = fields.filter(([name]) => name.toLowerCase() === 'content-type').map(([, value]) => value);
  return types.every(type => inert.has((type.split(';')[0] ?? '').trim().toLowerCase()));
}

/** A cookie without a name is sent back as its value, which may look like a name and a value. */
function setsOurs(value: string): boolean {
  const [, name = ''] = /^[\s=]*([^=;]*)/.exec(value) ?? [];
  return isOwnCookie(name.trim());
}

/** How answers of a service are given back to whoever sent a request; undefined for those of the platform, which stay as they are. */
export function givingBack(
  head: Head,
  { namespace }: Owner,
  { isOwn }: Pick<Table, 'isOwn'>,
): ((answer: PreparedHead) => PreparedHead) | undefined {
  if (isPlatform(namespace)) return undefined;
  return isOwn(bareHost(head.header('host') ?? '')) ? fenced : open;
}

const fenced = (answer: PreparedHead): PreparedHead => givenBack(answer, true);
const open = (answer: PreparedHead): PreparedHead => givenBack(answer, false);
