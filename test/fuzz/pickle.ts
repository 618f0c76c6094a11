/**
 * Mutates pickles by structure and reads them: `node test/fuzz/pickle.ts [--seconds 10] [--seed 1]`. A mutant is read, or
 * refused with a coded error; and its objects end as a plan, or as a coded refusal. Random bytes would die at the first
 * opcode, so mutants are made of whole opcodes and most of them still decode. Every other one is a file of joblib or in a
 * container, whose bytes are spoilt.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CodedError } from '../../src/base/errors/index.ts';
import { openModel } from '../../src/model/formats/index.ts';
import { looksLikePickle, openPickle } from '../../src/model/formats/pickle/index.ts';
import { foldersOf, readCorpus, versions } from '../goldens/corpus.ts';
import { looks } from './looking.ts';
import { oddities } from './odd.ts';
import { disassemble, donated, mutate } from './opcodes.ts';
import { accompanied, alone, packed, type Mutant, type Source } from './packed.ts';
import { Random } from './random.ts';
import { within } from './within.ts';

const corpus = join(dirname(import.meta.dirname), 'corpus');

interface File {
  readonly name: string;
  readonly bytes: Buffer;
}

function files(): readonly File[] {
  return globSync('pickle/files/**/*.pkl', { cwd: corpus })
    .toSorted()
    .map(name => ({ name, bytes: readFileSync(join(corpus, name)) }));
}

function models(version: string): readonly File[] {
  return foldersOf(version).flatMap(family => {
    const corpus = readCorpus(version, family);
    return corpus.entries
      .filter(entry => entry.model.endsWith('.pkl'))
      .map(entry => ({
        name: `${version} ${family} ${entry.model}`,
        bytes: Buffer.from(corpus.model(entry)),
      }));
  });
}

/** Plain pickles of the corpus: values of all kinds, and models of these versions of scikit-learn. */
function plainSources(writers: readonly string[] = versions): readonly Source[] {
  const plain = [...files(), ...writers.flatMap(models)].flatMap(({ name, bytes }) => {
    const pieces = disassemble(bytes);
    return pieces === undefined || pieces.length < 4 || pieces.length > 5000 ? [] : [{ file: name, pieces }];
  });
  const donors = [plain.flatMap(({ pieces }) => donated(pieces)), oddities(new Random(1))];
  return plain.map(({ file, pieces }) => ({
    file,
    mutant: random => ({ bytes: mutate(pieces, random, donors) }),
  }));
}

/** Plain pickles; and others by kind, of which as many are taken of each. */
export interface Sources {
  readonly plain: readonly Source[];
  readonly others: readonly (readonly Source[])[];
}

export function sources(writers: readonly string[] = versions): Sources {
  const plain = plainSources(writers);
  return { plain, others: [alone(), accompanied(), plain.map(packed)] };
}

export interface Tally {
  runs: number;
  /** Of the mutants of plain pickles. */
  plain: number;
  decoded: number;
  planned: number;
}

/** @throws with the file and the mutant when something ends in another way than it may */
export async function fuzzPickle(
  seed: number,
  { plain, others }: Sources,
  goesOn: (runs: number) => boolean,
): Promise<Tally> {
  const random = new Random(seed);
  const tally: Tally = { runs: 0, plain: 0, decoded: 0, planned: 0 };
  while (goesOn(tally.runs)) {
    const isPlain = tally.runs % 2 === 0;
    const { file, mutant } = random.pick(isPlain ? plain : random.pick(others));
    const made = mutant(random);
    tally.runs++;
    const told = `${file}, seed ${seed}, run ${tally.runs}: ${made.bytes.subarray(0, 2000).toString('base64')}`;
    const decoded = await decodes(made, told);
    if (isPlain) tally.plain++;
    if (isPlain && decoded) tally.decoded++;
    if (decoded && (await ends(() => openModel(made.bytes, { fileName: 'mutant', ...made }), told)))
      tally.planned++;
  }
  return tally;
}

/** Whether it could be read; then whatever it holds was looked at too. */
async function decodes({ bytes, companion }: Mutant, told: string): Promise<boolean> {
  assert.equal(typeof looksLikePickle(bytes), 'boolean', told);
  let found: readonly (() => unknown)[] = [];
  const decoded = await ends(() => void (found = looks(openPickle(bytes, { companion }).objects)), told);
  for (const look of found) await ends(look, told);
  return decoded;
}

/** Whether it succeeded; it may also fail with a coded error of the file's fault, and in no other way. */
async function ends(work: () => unknown, told: string): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    assert.ok(
      error instanceof CodedError && error.fault === 'user',
      `${told}\n${error instanceof Error ? error.stack : String(error)}`,
    );
    return false;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  process.stdout.write(`seed ${seed}\n`);
  const seconds = Number(values.seconds);
  // Preparing them all takes longer than a short run.
  const writers = seconds < 60 ? versions.filter((_, at) => at % 5 === 0) : versions;
  const { runs, plain, decoded, planned } = await fuzzPickle(seed, sources(writers), within(seconds));
  const share = ((100 * decoded) / plain).toFixed(1);
  process.stdout.write(
    `${runs} mutants, ${decoded} of ${plain} plain ones decoded (${share} %), ${planned} still models\n`,
  );
}
