import type { Description } from './writer.ts';

type Texts = Readonly<Record<string, string>>;

const longest = 140;
/** Written by kubectl for itself. */
const hidden = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

/** `title:` and a line for each label, in alphabetical order. */
export function describeLabels(
  out: Description,
  title: string,
  labels: Texts | undefined,
  indent = '',
): void {
  const texts = Object.entries(labels ?? {})
    .toSorted(byKey)
    .map(([key, value]) => `${key}=${value}`);
  out.write(0, `${indent}${title}:\t`);
  if (texts.length === 0) out.end('<none>');
  for (const [index, text] of texts.entries()) {
    if (index > 0) {
      out.write(0, indent);
      out.write(0, '\t');
    }
    out.write(0, `${text}\n`);
  }
}

export function describeAnnotations(out: Description, title: string, annotations: Texts | undefined): void {
  const shown = Object.entries(annotations ?? {})
    .filter(([key]) => !hidden.has(key))
    .toSorted(byKey);
  out.write(0, `${title}:\t`);
  if (shown.length === 0) out.end('<none>');
  for (const [index, [key, text]] of shown.entries()) {
    if (index > 0) out.write(0, '\t');
    const value = text.replace(/\n$/, '');
    if (key.length + value.length + 2 <= longest && !value.includes('\n')) {
      out.write(0, `${key}: ${value}\n`);
      continue;
    }
    out.write(0, `${key}:\n`);
    for (const line of value.split('\n')) out.write(0, `\t  ${shortened(line)}\n`);
  }
}

function shortened(line: string): string {
  return line.length > longest - 2 ? `${line.slice(0, longest - 2)}...` : line;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
