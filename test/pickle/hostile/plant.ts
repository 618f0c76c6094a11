/** Touches the traps one after another, to show that they hold, and prints those that did: `node plant.ts`. */
import { arm, disarm, touched } from './traps.ts';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { runInThisContext } from 'node:vm';
import { Worker } from 'node:worker_threads';

const nowhere = '/tmp/davit-trap-that-does-not-hold';
const plants: readonly (() => unknown)[] = [
  () => spawnSync('true'),
  () => writeFileSync(nowhere, ''),
  () => writeFile(nowhere, ''),
  () => readFileSync('/etc/hostname'),
  () => connect(1, '127.0.0.1'),
  () => fetch('http://127.0.0.1:1'),
  () => runInThisContext('1'),
  () => new Worker('1', { eval: true }),
  // oxlint-disable-next-line no-eval -- the trap has to see it
  () => globalThis.eval('1'),
  () => Reflect.construct(globalThis.Function, ['return 1']),
  () => Reflect.apply((() => undefined).constructor as () => unknown, undefined, ['return 1']),
  () => import('node:cluster'),
  () => process.kill(process.pid, 0),
];

for (const plant of plants) {
  arm();
  try {
    await plant();
  } catch {
    // The trap throws; what counts is that it was written down.
  }
  disarm();
}
process.stdout.write(JSON.stringify({ planted: plants.length, touched }));
