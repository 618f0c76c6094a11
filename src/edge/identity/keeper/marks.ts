import type { Records } from '../index.ts';
import { digestOf } from './secrets.ts';

/** Marks that are remembered; one more makes the one be forgotten that would be forgotten first. */
const most = 100_000;
/** Milliseconds that a mark is remembered at most. */
const longest = 24 * 3_600_000;

/**
 * Takes a mark that is good once.
 * @returns false when it was taken before
 */
export function spend(records: Records, mark: string, expires: number, now: number): boolean {
  const id = digestOf(mark);
  if (expires <= now || records.get('spent-mark', id) !== undefined) return false;
  while (records.count('spent-mark') >= most) records.removeOldest('spent-mark');
  records.put('spent-mark', { id, value: '{}', owner: '', expires: Math.min(expires, now + longest) });
  return true;
}
