/** The parts of an RFC 3339 time as Go's layout names them, in their order. */
const parts: readonly { readonly layout: string; readonly digits: number; readonly literal: string }[] = [
  { layout: '2006', digits: 4, literal: '-' },
  { layout: '01', digits: 2, literal: '-' },
  { layout: '02', digits: 2, literal: 'T' },
  { layout: '15', digits: 2, literal: ':' },
  { layout: '04', digits: 2, literal: ':' },
  { layout: '05', digits: 2, literal: '' },
];

/**
 * Reads a time as Go's `time.Parse` with an RFC 3339 layout does, in UTC.
 * @returns The whole seconds (`2026-11-25T20:00:00`) and the digits of the fraction, or the message of the failure.
 */
export function parseGoTime(text: string, layout: string): { seconds: string; fraction: string } | string {
  const fail = (rest: string, wanted: string): string =>
    `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(wanted)}`;
  const numbers: number[] = [];
  let at = 0;
  for (const { layout: wanted, digits, literal } of parts) {
    const found = text.slice(at, at + digits);
    if (found.length < digits || !/^\d+$/.test(found)) return fail(text.slice(at), wanted);
    numbers.push(Number(found));
    at += digits;
    if (!text.startsWith(literal, at)) return fail(text.slice(at), literal);
    at += literal.length;
  }
  const fraction = /^[.,](\d+)/.exec(text.slice(at));
  if (fraction !== null) at += fraction[0].length;
  const zone = /^(Z|([+-])(\d\d):(\d\d))/.exec(text.slice(at));
  if (zone === null) return fail(text.slice(at), 'Z07:00');
  if (at + zone[0].length < text.length) {
    return `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(text.slice(at + zone[0].length))}`;
  }
  const outside = outOfRange(numbers);
  if (outside !== undefined) return `parsing time ${JSON.stringify(text)}: ${outside} out of range`;
  return { seconds: inUtc(numbers, zone), fraction: fraction?.[1] ?? '' };
}

function outOfRange([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]):
  | string
  | undefined {
  if (month < 1 || month > 12) return 'month';
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return 'day';
  if (hour > 23) return 'hour';
  if (minute > 59) return 'minute';
  return second > 59 ? 'second' : undefined;
}

function inUtc(numbers: readonly number[], zone: readonly (string | undefined)[]): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const offset = (zone[2] === '-' ? -1 : 1) * (Number(zone[3] ?? 0) * 60 + Number(zone[4] ?? 0));
  date.setUTCHours(hour, minute - offset, second);
  return date.toISOString().slice(0, -5);
}
