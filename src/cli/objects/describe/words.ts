import type { KubeObject, SelectorObject } from '../../../cluster/meta/index.ts';
import type { Texts } from './shapes.ts';
import type { Description } from './writer.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A timestamp as RFC 1123 has it, where the reader is: `Tue, 10 Nov 2026 23:00:00 +0000`; Go's zero time when there is none. */
export function timeText(timestamp: string | null | undefined): string {
  if (timestamp === undefined || timestamp === null) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const at = new Date(timestamp);
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const day = `${days[at.getDay()]}, ${two(at.getDate())} ${months[at.getMonth()]} ${`${at.getFullYear()}`.padStart(4, '0')}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`;
}

/** A selector as a query has it; empty where it means all or nothing. */
export function selectorText(selector: SelectorObject | undefined): string {
  const written = { In: 'in', NotIn: 'notin' } as const;
  const parts = [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return { key, text: key };
      if (operator === 'DoesNotExist') return { key, text: `!${key}` };
      return { key, text: `${key} ${written[operator]} (${values.toSorted().join(',')})` };
    }),
  ];
  return parts
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ text }) => text)
    .join(',');
}

export function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text;
}

/** `Deployment/web`; undefined without a controller. */
export function controllerOf({ metadata }: KubeObject): string | undefined {
  const owner = metadata.ownerReferences?.find(one => one.controller === true);
  return owner === undefined ? undefined : `${owner.kind}/${owner.name}`;
}

/** Names in alphabetical order with what stands beside each. */
export function inOrder(texts: Texts | undefined): readonly (readonly [string, string])[] {
  return Object.entries(texts ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** A line for each text, the title before the first. */
export function lines(out: Description, title: string, texts: readonly string[]): void {
  const [first = '<none>', ...rest] = texts;
  out.line(0, `${title}:`, first);
  for (const text of rest) out.line(0, '', text);
}
