import type { Log } from '../../base/log/index.ts';
import { type Handler, keepBody } from '../../base/net/index.ts';

/**
 * A handler before which the guard stands that DAVIT_GUARD asks for; most servers have none, and load nothing for it. A guard that
 * cannot be had lets nobody pass.
 */
export function guarded(handler: Handler, text: string | undefined, log: Log): Handler {
  if (text === undefined) return handler;
  let ready: Handler | undefined;
  const loading = import('../sidecars/guard.ts').then(({ guardOf }) => {
    const guard = guardOf(text, log);
    return (ready = guard?.before(handler, false) ?? handler);
  });
  loading.catch((error: unknown) => log.error('nobody is let in', { reason: String(error) }));
  return (method, target, head, body, sink) => {
    if (ready !== undefined) return ready(method, target, head, body, sink);
    const kept = keepBody(body);
    return loading.then(made => made(method, target, head, kept, sink));
  };
}
