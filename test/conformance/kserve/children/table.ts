/** Prints how the children and statuses of services compare with KServe's: `node table.ts [standard|knative|standard-gateway] [manifest…]`. */
import { allowed } from './deliberate.ts';
import { kserveCluster } from './cluster.ts';
import { cases, type Mode } from './recorded.ts';
import { Replay } from './replay.ts';

const [mode = 'standard', ...names] = process.argv.slice(2) as [Mode, ...string[]];
const cluster = await kserveCluster(mode);
const chosen = cases.filter(
  one => one.modes[mode] !== undefined && (names.length === 0 || names.some(name => one.name.startsWith(name))),
);
const replay = new Replay(cluster.transport, mode);
const results = await Promise.all(chosen.map(one => replay.run(one)));
let fields = 0;
let equal = 0;
for (const { name, fields: all, differing } of results) {
  fields += all;
  equal += all - differing.length;
  process.stdout.write(`${name.padEnd(40)} ${String(all).padStart(5)} fields, ${differing.length} differ\n`);
  for (const { path, recorded, found } of differing) {
    const row = allowed(mode, name, path);
    const why = row === undefined ? 'NOT LISTED' : row.reason;
    process.stdout.write(`    ${path}\n        recorded ${show(recorded)}\n        found    ${show(found)}\n        ${why}\n`);
  }
}
process.stdout.write(`${mode}: ${equal} of ${fields} fields equal, ${((equal / fields) * 100).toFixed(2)} %\n`);
if (process.env['DEBUG'] !== undefined) process.stderr.write(`${[...new Set(cluster.complaints)].slice(0, 40).join('\n')}\n`);
await cluster.stop();

function show(value: unknown): string {
  return value === undefined ? '–' : JSON.stringify(value);
}
