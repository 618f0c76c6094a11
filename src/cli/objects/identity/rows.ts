import { harmless } from '../escape.ts';
import { tableLayout, TabWriter } from '../tabs.ts';

/** A table for people; what is not theirs to write cannot move the cursor. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const writer = new TabWriter(tableLayout);
  for (const row of [head, ...rows]) writer.write(`${row.map(cell => harmless(cell)).join('\t')}\n`);
  return writer.flush();
}
