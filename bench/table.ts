import type { Spread } from './statistics.ts';

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** A number with three significant digits, or whole with thousands marked. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(3)));
}

/** `least / **middle** / largest`. */
export function spreadText(spread: Spread | undefined): string {
  if (spread === undefined) return '–';
  return `${figure(spread.min)} / **${figure(spread.median)}** / ${figure(spread.max)}`;
}
