/**
 * Kills a program that writes to a store, again and again, and looks each time whether all that was acknowledged is there:
 * `node test/durability/run.ts [--kills N]`, 200 by default. With `--http` it kills an API server to which a client writes over HTTP. Closing line: "N passed, N failed".
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killedAfter, Ledger } from './kill.ts';
import { killedOverHttp } from './overhttp.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, http: { type: 'boolean', default: false } },
});
const killed = values.http ? killedOverHttp : killedAfter;
const folder = mkdtempSync(join(tmpdir(), 'davit-kill-'));
const file = join(folder, 'state.db');
const ledger = new Ledger();
let failed = 0;
const kills = Number(values.kills);
for (let round = 0; round < kills; round++) {
  const lines = await killed(file, round, Math.floor(Math.random() ** 2 * 1500));
  const faults = await ledger.check(file, lines);
  if (faults.length > 0) {
    failed++;
    process.stdout.write(`kill ${round}: ${faults.slice(0, 5).join('; ')}\n`);
  }
}
process.stdout.write(`${ledger.acknowledged} acknowledged writes over ${kills} kills\n`);
if (failed === 0) rmSync(folder, { recursive: true });
else process.stdout.write(`${file} is left to look at\n`);
process.stdout.write(`${kills - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
