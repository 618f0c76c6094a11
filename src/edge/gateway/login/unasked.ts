import { type Handler, type Head, KeptWith } from '../../../base/net/index.ts';
import { PassedHead } from './passed.ts';

const heads = new KeptWith<Head, PassedHead>();

/** A handler for what comes from inside the cluster: nobody is asked who he is, and nobody can say it either. */
export function unasked(handler: Handler): Handler {
  return (method, target, head, body, sink) => handler(method, target, passedOf(head), body, sink);
}

function passedOf(head: Head): PassedHead {
  let passed = heads.get(head);
  if (passed === undefined) {
    passed = new PassedHead(head, { known: undefined, spoken: false, shown: undefined, inside: true });
    heads.set(head, passed);
  }
  return passed;
}
