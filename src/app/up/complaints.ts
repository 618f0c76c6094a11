import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { isStatusError } from '../../cluster/meta/index.ts';

/** Characters that a reason is told in. */
const longest = 300;
/** Milliseconds after which the same is told once more. */
const quiet = 600_000;
/** Complaints that are remembered. */
const most = 1000;
/** What comes of two who write at the same time; the next try settles it. */
const passing: readonly (string | undefined)[] = ['Conflict', 'AlreadyExists', 'NotFound'];

/** Told that a controller tries again: its name, the object, and why. */
export type Complaint = (controller: string, key: string, error: unknown) => void;

/**
 * Tells what controllers complain of, in one line each: once, and again when it is something else; repetitions, and what the next try
 * settles, at the level debug.
 */
export function complaints(log: Log, now: () => number): Complaint {
  const told = new Map<string, { readonly reason: string; readonly at: number }>();
  return (controller, key, error) => {
    const reason = shortened(messageOf(error));
    const place = `${controller} ${key}`;
    const before = told.get(place);
    const isNew = before === undefined || before.reason !== reason || now() - before.at >= quiet;
    const passes = isStatusError(error) && passing.includes(error.reason);
    const level = isNew && !passes ? 'warning' : 'debug';
    log[level]('a controller tries again', { controller, key, reason });
    if (level !== 'warning') return;
    told.delete(place);
    told.set(place, { reason, at: now() });
    const [oldest] = told.keys();
    if (told.size > most && oldest !== undefined) told.delete(oldest);
  };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
}
