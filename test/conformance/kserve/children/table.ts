/** Prints how the children and statuses of services compare with KServe's: `node table.ts [standard|knative|standard-gateway] [manifest…]`. */
import { compared } from './comparison.ts';
import { allowed, notCompared } from './deliberate.ts';
import type { Mode } from './recorded.ts';

const [said, ...names] = process.argv.slice(2);
const mode = (said ?? 'standard') as Mode;
const { results, fields, equal, complaints } = await compared(mode, names);
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
for (const { name, fields: all, differing } of results) {
  say(`${name.padEnd(40)} ${String(all).padStart(5)} fields, ${differing.length} differ`);
  for (const { path, recorded, found } of differing) {
    say(`    ${path}`);
    say(`        recorded ${shown(recorded)}`);
    say(`        found    ${shown(found)}`);
    say(`        ${allowed(mode, name, path)?.reason ?? 'NOT LISTED'}`);
  }
}
for (const [name, reason] of Object.entries(notCompared)) say(`${name} is not compared: ${reason}`);
for (const complaint of new Set(complaints)) process.stderr.write(`${complaint}\n`);
say(`${mode}: ${equal} of ${fields} fields equal, ${((equal / fields) * 100).toFixed(2)} %`);

function shown(value: unknown): string {
  return value === undefined ? '–' : JSON.stringify(value);
}
