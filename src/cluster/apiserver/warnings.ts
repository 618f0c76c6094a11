/** `Warning` headers, one a text, quoted as RFC 7234 says; at most 4 KiB in all, a text at most 256 bytes then. */
export function warningHeaders(texts: readonly string[]): (readonly [string, string])[] {
  const unique = [...new Set(texts)];
  const whole = unique.reduce((sum, text) => sum + text.length, 0) <= budget;
  const fields: (readonly [string, string])[] = [];
  let left = budget;
  for (const text of unique) {
    const shown = whole ? text : text.slice(0, 256);
    left -= shown.length;
    if (left < 0) break;
    fields.push(['Warning', `299 - ${quoted(shown)}`]);
  }
  return fields;
}

const budget = 4096;

function quoted(text: string): string {
  const printable = text.replaceAll(/[^\t\x20-\x7e]/g, '?');
  return `"${printable.replaceAll(/(["\\])/g, String.raw`\$1`)}"`;
}
