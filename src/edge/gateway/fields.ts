import { addressOfPeer } from '../../base/addresses/index.ts';
import { type Field, type Head, KeptWith } from '../../base/net/index.ts';
import { passedFields } from '../../base/net/outgoing/index.ts';
import { isOfProbes } from '../../base/probes/index.ts';
import { cameSecurely, tellsForwarding } from './believing.ts';
import type { Way } from './routes/index.ts';

/** What this gateway says about a request, whatever the client said; the rest of a hop's own fields is gone already. */
const ours = new Set(['x-request-id']);

/** The fields of a request on a way, without its name, which differs from request to request. */
export function fieldsFor(head: Head, way: Way, secure: boolean): readonly Field[] {
  const before = made.get(head) ?? [];
  const known = before.find(one => one.way === way);
  if (known !== undefined) return known.fields;
  const fields = changed(head, way, secure);
  made.set(head, [{ way, fields }, ...before.slice(0, mostWays - 1)]);
  return fields;
}

/** Where traffic is shared out, requests that repeat a head go several ways; so many are remembered, the last ones. */
const mostWays = 4;
const made = new KeptWith<Head, readonly { readonly way: Way; readonly fields: readonly Field[] }[]>();

function changed(head: Head, { change: { set, add, remove }, backend }: Way, secure: boolean): Field[] {
  const asSent = remove.length === 0 && set.length === 0;
  const gone = asSent ? ours : new Set([...remove, ...set.map(([name]) => name), ...ours]);
  const kept = passedFields(head).filter(
    ([name]) => !gone.has(name.toLowerCase()) && !tellsForwarding(name) && !isOfProbes(name),
  );
  const host = head.header('host');
  const fields = [...set, ...kept, ...add];
  if (!fields.some(([name]) => name.length === 4 && name.toLowerCase() === 'host'))
    fields.unshift(['host', host ?? backend.name]);
  if (host !== undefined) fields.push(['x-forwarded-host', host]);
  fields.push(['x-forwarded-proto', secure || cameSecurely(head) ? 'https' : 'http']);
  const client = addressOfPeer(head.peer?.address ?? '');
  const before = head.header('x-forwarded-for');
  if (client !== '') fields.push(['x-forwarded-for', before === undefined ? client : `${before}, ${client}`]);
  return fields;
}

const plainId = /^[\w.:-]{1,128}$/;

/** The name of a request, where its client has chosen one; the one thing that requests which repeat a head need not share. */
export function nameOf(head: Head): string | undefined {
  const id = head.header('x-request-id');
  return id !== undefined && plainId.test(id) ? id : undefined;
}
