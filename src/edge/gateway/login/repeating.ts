import type { Head, Sink } from '../../../base/net/index.ts';
import type { Known } from '../../identity/index.ts';
import { LoggedSink } from '../accesslog.ts';
import type { Passage } from '../proxy.ts';
import type { FoundWay } from '../routes/index.ts';
import type { Doorkeeper } from './contract.ts';
import { seenOf, type Visit } from './visit.ts';

/** What the steps have come to for a head, and all that this hangs on besides the head itself. */
export interface Outcome {
  readonly method: string;
  readonly target: string;
  /** The credential that the head shows; undefined where it shows none that is one of ours. */
  readonly bearer: string | undefined;
  /** Whose it was. */
  readonly known: Known | undefined;
  /** Serial number of the routes. */
  readonly routes: number;
  /** Of the policy. */
  readonly generation: number;
  readonly passage: Passage;
}

/**
 * Sends a request on as the steps have decided before for the same head, where nothing has changed that they looked at: who the
 * credential is of is asked each time. False where they have to decide.
 */
export function isRepeated(
  method: string,
  target: string,
  head: Head,
  body: Uint8Array,
  sink: Sink,
  door: Doorkeeper,
): boolean {
  const { outcome } = seenOf(head);
  if (outcome === undefined || !holds(outcome, method, target, door)) return false;
  if (sink instanceof LoggedSink) sink.user = outcome.known?.user.name;
  door.proxy.pass(outcome.passage, body, sink);
  return true;
}

function holds(outcome: Outcome, method: string, target: string, door: Doorkeeper): boolean {
  const { bearer, known, routes, generation } = outcome;
  return (
    outcome.method === method &&
    outcome.target === target &&
    (bearer === undefined ? undefined : door.knowing.look(bearer)) === known &&
    generation === door.policy.generation &&
    routes === door.table().serial
  );
}

/** Remembers what the steps have come to, unless it hangs on more than an outcome tells. */
export function remember(visit: Visit, found: FoundWay, passage: Passage, door: Doorkeeper): void {
  const { method, target, known, seen } = visit;
  if (!visit.isPlain || !found.certain) return;
  const { generation } = door.policy;
  const routes = door.table().serial;
  seen.outcome = { method, target, bearer: seen.only, known, routes, generation, passage };
}
