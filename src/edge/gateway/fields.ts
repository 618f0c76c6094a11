import { addressOfPeer } from '../../base/addresses/index.ts';
import type { Field, Head } from '../../base/net/index.ts';
import { passedFields } from '../../base/net/outgoing/index.ts';
import { isOfProbes } from '../../base/probes/index.ts';
import { cameSecurely, tellsForwarding } from './believing.ts';
import type { Way } from './routes/index.ts';

/** What this gateway says about a request, whatever the client said; the rest of a hop's own fields is gone already. */
const ours = new Set(['x-request-id']);

/** The fields of a request on a way, without its name, which differs from request to request. */
export function fieldsFor(head: Head, way: Way, secure: boolean): readonly Field[] {
  let fields = way.fields.get(head);
  if (fields === undefined) way.fields.set(head, (fields = changed(head, way, secure)));
  return fields;
}

function changed(head: Head, { change: { set, add, remove }, backend }: Way, secure: boolean): Field[] {
  const gone = new Set([...remove, ...set.map(([name]) => name), ...ours]);
  const kept = passedFields(head).filter(
    ([name]) => !gone.has(name.toLowerCase()) && !tellsForwarding(name) && !isOfProbes(name),
  );
  const host = head.header('host');
  const fields = [...set, ...kept, ...add];
  if (!fields.some(([name]) => name.toLowerCase() === 'host')) fields.unshift(['host', host ?? backend.name]);
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
