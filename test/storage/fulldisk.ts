/** `node fulldisk.ts FOLDER`: fetches what does not fit onto the disk of a folder, and prints what came of it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CodedError } from '../../src/base/errors/index.ts';
import { fetchModel, usualLimits } from '../../src/model/storage/index.ts';
import { tarOf } from './archives.ts';
import { file, FileServer } from './serving.ts';

const [folder = ''] = process.argv.slice(2);
const server = await FileServer.start();
const answers = [
  ['large.bin', randomBytes(3_000_000)],
  // Fits into the cache, and unpacks to what does not fit.
  ['large.tar.gz', gzipSync(tarOf([{ name: 'large.bin', text: '0'.repeat(3_000_000) }]))],
] as const;
const outcomes: unknown[] = [];
for (const [name, bytes] of answers) {
  server.answer = file(bytes, `"${name}"`);
  const destination = join(folder, 'model');
  mkdirSync(destination, { recursive: true });
  const fetching = fetchModel(`${server.url}/${name}`, destination, {
    environment: {},
    cache: join(folder, 'cache'),
    limits: usualLimits,
    tell: () => {},
    signal: new AbortController().signal,
  });
  const code = await fetching.then(
    () => 'fetched',
    (error: unknown) => (error instanceof CodedError ? error.code : String(error)),
  );
  const left = [folder, destination, join(folder, 'cache', 'parts')].map(place =>
    readdirSync(place).toSorted(),
  );
  outcomes.push({ name, code, left });
}
server.stop();
process.stdout.write(JSON.stringify(outcomes));
