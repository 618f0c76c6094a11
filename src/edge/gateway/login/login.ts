import type { Handler } from '../../../base/net/index.ts';
import { cameSecurely } from '../believing.ts';
import type { Doorkeeper, Next } from './contract.ts';
import { isRepeated } from './repeating.ts';
import { steps } from './steps.ts';
import { Visit } from './visit.ts';

/** A handler that takes every request through the steps of the login, without waiting where nothing has to be asked. */
export function loginHandler(door: Doorkeeper): Handler {
  const secure = { ...door, secure: true };
  return (method, target, head, body, sink) => {
    if (isRepeated(method, target, head, body, sink, door)) return;
    return run(new Visit(method, target, head, body, sink), cameSecurely(head) ? secure : door, 0);
  };
}

function run(visit: Visit, door: Doorkeeper, from: number): void | Promise<void> {
  for (let at = from; at < steps.length; at++) {
    const next = steps[at]?.take(visit, door);
    if (next === 'done' || next === undefined) return;
    if (next !== 'on') return later(visit, door, next, at + 1);
  }
}

async function later(visit: Visit, door: Doorkeeper, asking: Promise<Next>, at: number): Promise<void> {
  const next = await asking;
  if (next === 'on' && !visit.sink.aborted) await run(visit, door, at);
}
