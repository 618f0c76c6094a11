/**
 * Writes to a store flat out until it is killed: `node writer.ts FILE ROUND`. Says `open REVISION`, then a line for each write that was
 * acknowledged, `REVISION NAME VALUE`, with `-` for a removal. Each line is written before anything else happens.
 */
import { writeSync } from 'node:fs';
import { openStore, type Place } from '../../src/cluster/store/index.ts';

const [file = '', round = ''] = process.argv.slice(2);
/** Short, so that history is forgotten while writes go on. */
const keep = 200;
const writers = 16;
const pause = new Int32Array(new SharedArrayBuffer(4));

const store = await openStore({ path: file, now: Date.now, keep });
say(`open ${store.revision}`);

function say(line: string): void {
  let rest = Buffer.from(`${line}\n`);
  while (rest.length > 0) rest = rest.subarray(written(rest));
}

/** A pipe that is full takes nothing until the other end has read. */
function written(bytes: Buffer): number {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    Atomics.wait(pause, 0, 0, 1);
    return 0;
  }
}

async function write(place: Place, value: string | undefined): Promise<void> {
  const { namespace, name } = place;
  const { stored, changed } = await store.write(place, () =>
    value === undefined
      ? { remove: true }
      : { write: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: { value } } },
  );
  if (changed) say(`${stored?.revision} ${name} ${value ?? '-'}`);
}

async function writeOn(writer: number): Promise<never> {
  for (let count = 0; ; count++) {
    const place = { resource: 'configmaps', namespace: 'ns', name: `${writer}-${count % 7}` };
    await write(place, count % 5 === 4 ? undefined : `${round}.${writer}.${count}`);
  }
}

await Promise.all(Array.from({ length: writers }, (_, writer) => writeOn(writer)));
