/**
 * Writes a model of the corpus out as a file: `node test/corpus/unpack.ts VERSION FAMILY CASE [FOLDER]`, for instance
 * `1.9.1 svm svc-rbf-iris`. Without a folder it goes to the working directory. Without a case it lists the cases.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCorpus } from '../goldens/corpus.ts';

const [version, family, name, folder = '.'] = process.argv.slice(2);
if (version === undefined || family === undefined) {
  process.stderr.write('usage: node test/corpus/unpack.ts VERSION FAMILY CASE [FOLDER]\n');
  process.exit(2);
}
const corpus = readCorpus(version, family);
const entry = corpus.entries.find(one => one.case === name);
if (entry === undefined) {
  process.stdout.write(`${corpus.entries.map(one => one.case).join('\n')}\n`);
  process.exitCode = name === undefined ? 0 : 1;
} else {
  const path = join(folder, entry.model);
  writeFileSync(path, corpus.model(entry));
  process.stdout.write(`${path}\n`);
}
