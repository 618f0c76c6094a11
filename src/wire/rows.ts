import { wireErrors } from './errors.ts';
import type { DecodeLimits } from './limits.ts';

/** What to throw for more rows than the limit. */
export function tooManyRows(path: string, rows: number, limits: DecodeLimits): Error {
  return wireErrors.make['wire-rows-limit'](
    `${path}: found ${rows} rows, expected at most ${limits.maxRows} in one request`,
  );
}
