const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a time as Go writes it (`1m30s`, `-1s`, `0`); undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^([-+]?)((?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+|0)$/.exec(text);
  if (match === null) return undefined;
  let sum = 0;
  for (const [, number = '', unit = ''] of (match[2] as string).matchAll(
    /(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g,
  )) {
    sum += Number(number) * (units[unit] as number);
  }
  return match[1] === '-' ? -sum : sum;
}

/** A length of time for people, in two or three figures (apimachinery's `HumanDuration`). */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return `${minutes}m${rest(seconds % 60, 's')}`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return `${hours}h${rest(minutes % 60, 'm')}`;
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return `${days}d${rest(hours % 24, 'h')}`;
  if (days < 2 * 365) return `${days}d`;
  const years = Math.trunc(days / 365);
  return years < 8 ? `${years}y${rest(days % 365, 'd')}` : `${years}y`;
}

function rest(value: number, unit: string): string {
  return value === 0 ? '' : `${value}${unit}`;
}

/** How long ago a timestamp was; `<unknown>` without one. */
export function sinceText(timestamp: string | null | undefined, now: number): string {
  if (timestamp === null || timestamp === undefined) return '<unknown>';
  return humanDuration(now - Date.parse(timestamp));
}
