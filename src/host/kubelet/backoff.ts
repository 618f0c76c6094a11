/** How long a container that ends again and again waits; milliseconds. */
export interface BackoffLimits {
  readonly first: number;
  readonly longest: number;
}

/** As a kubelet: 10 s, doubled up to 5 minutes, forgotten after twice that without an end. */
export const usualBackoff: BackoffLimits = { first: 10_000, longest: 300_000 };

export interface Backoff {
  readonly delay: number;
  /** When the end was that made it so long; milliseconds since 1970. */
  readonly since: number;
}

/** Milliseconds that a container still has to wait after an end; 0 when it may start now. Pure. */
export function remaining(
  backoff: Backoff | undefined,
  endedAt: number,
  now: number,
  limits: BackoffLimits,
): number {
  if (backoff === undefined || expired(backoff, endedAt, limits)) return 0;
  return Math.max(0, endedAt + backoff.delay - now);
}

/** The back-off once a container starts again after an end. Pure. */
export function lengthened(backoff: Backoff | undefined, endedAt: number, limits: BackoffLimits): Backoff {
  const again = backoff !== undefined && !expired(backoff, endedAt, limits);
  const delay = again ? Math.min(backoff.delay * 2, limits.longest) : limits.first;
  return { delay, since: endedAt };
}

function expired({ since }: Backoff, endedAt: number, { longest }: BackoffLimits): boolean {
  return endedAt - since > 2 * longest;
}

/** A time as Go prints it, whole seconds: `1m20s`. */
export function goDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.round(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
