import { prepareHead, type Handler, type PreparedHead } from '../../base/net/index.ts';
import { passedFields, relay, type Endpoint, type Outgoing } from '../../base/net/outgoing/index.ts';

/** A handler that passes every request on to the container behind; HTTP/2 stays HTTP/2, as with Knative’s queue. */
export function passTo(outgoing: Outgoing, to: Endpoint): Handler {
  return (method, target, head, body, sink) => {
    const relayed = { method, target, head, body, sink, fields: passedFields(head) };
    relay(outgoing, to, relayed, {
      failed: ({ error }) =>
        sink.send(headOf(error.status, error.code), Buffer.from(JSON.stringify({ error: error.message }))),
    });
  };
}

/**
 * The same for a listener that gathers bodies and undoes their encoding, and whose requests may be merged: over HTTP/1.1, save for
 * gRPC.
 */
export function passGathered(outgoing: Outgoing, to: Endpoint): Handler {
  const pass = passTo(outgoing, to);
  return (method, target, head, body, sink) => {
    if (head.header('content-encoding') === undefined) return pass(method, target, head, body, sink);
    const fields = passedFields(head).filter(([name]) => name.toLowerCase() !== 'content-encoding');
    const plain = { ...headLike(head), fields: () => fields };
    return pass(method, target, plain, body, sink);
  };
}

function headLike(head: Parameters<Handler>[2]): Pick<Parameters<Handler>[2], 'header' | 'major'> {
  const major = head.major ?? 1;
  return { header: name => head.header(name), major };
}

const heads = new Map<string, PreparedHead>();

function headOf(status: number, code: string): PreparedHead {
  const key = `${status} ${code}`;
  let head = heads.get(key);
  if (head === undefined) {
    const fields = [['Content-Type', 'application/json'] as const, ['Davit-Error-Code', code] as const];
    heads.set(key, (head = prepareHead(status, fields)));
  }
  return head;
}
