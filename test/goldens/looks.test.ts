/** `davit inspect`, as it is typed: importances and drawn trees are what the libraries themselves say of the models. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, suite, test } from 'node:test';
import { inspect } from '../../src/app/inspect/command.ts';
import { runProgram } from '../../src/cli/index.ts';
import { sampleOf } from '../thorough.ts';
import { foldersOf, readCorpus, versions, type Corpus, type Entry, type Looks } from './corpus.ts';
import { fileOf as lightgbmFile } from './lightgbm.ts';
import { refusals } from './refusals.ts';
import { fileOf as xgboostFile } from './xgboost.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-looks-'));
after(() => rmSync(folder, { recursive: true }));

/** What the program prints about a file. */
async function inspected(bytes: Uint8Array, name: string, ...flags: readonly string[]): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  let out = '';
  let err = '';
  const status = await runProgram(
    ['inspect', path, ...flags],
    { inspect: () => Promise.resolve(inspect) },
    {
      out: text => void (out += text),
      err: text => void (err += text),
      colour: false,
      input: () => Readable.from([]),
      env: {},
      version: '0.0.0',
    },
  );
  assert.deepEqual([status, err], [0, ''], name);
  return out;
}

async function importantOf(bytes: Uint8Array, name: string): Promise<string | undefined> {
  const { model } = JSON.parse(await inspected(bytes, name, '--json')) as {
    readonly model: { readonly facts: Readonly<Record<string, string>> };
  };
  return model.facts['most important features'];
}

interface Question {
  readonly feature: string;
  readonly threshold: number;
}

/** The lines of a drawing: a question, or undefined for a leaf; each before its answers, yes first. */
function drawn(text: string): readonly (Question | undefined)[] {
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => {
      const found = /(?:^|: +)([^:]*?) ≤ (\S+)\? {2}\(missing/u.exec(line);
      return found === null
        ? undefined
        : { feature: (found[1] as string).replace(/^.*─ (?:yes|no): +/u, ''), threshold: Number(found[2]) };
    });
}

/** Six digits are drawn, of what float32 makes of the library's. */
function isNear(found: number, wanted: number): boolean {
  return found === wanted || Math.abs(found - wanted) <= 5e-6 * Math.max(Math.abs(wanted), 1e-30);
}

function assertDrawn(
  found: readonly (Question | undefined)[],
  wanted: readonly (Question | undefined)[],
  name: string,
): void {
  assert.deepEqual(
    found.map(one => one?.feature),
    wanted.map(one => one?.feature),
    name,
  );
  for (const [at, one] of wanted.entries())
    if (one !== undefined)
      assert.ok(
        isNear(found[at]?.threshold as number, one.threshold),
        `${name}: node ${at} asks for ${found[at]?.threshold}, the library for ${one.threshold}`,
      );
}

function numbers(text: string): readonly number[] {
  return text.split(' ').map(word => Number(word.replace('inf', 'Infinity')));
}

/** The shares in the words of `inspect`, `feature 2 (0.383), …`, largest first. */
function sharesIn(words: string): readonly (readonly [feature: number, share: number])[] {
  return [...words.matchAll(/feature (\d+) \(([^)]+)\)/gu)].map(([, feature, share]) => [
    Number(feature),
    Number(share),
  ]);
}

function assertImportant(words: string | undefined, wanted: readonly number[], name: string): void {
  // Trees of 1.3 with missing values make no numbers of them in the library itself: nothing is told then.
  const telling = wanted.some(Number.isNaN) ? 0 : wanted.filter(share => share > 0).length;
  const shares = sharesIn(words ?? '');
  assert.equal(shares.length, Math.min(5, telling), `${name}: ${words}`);
  const largest = wanted.toSorted((one, other) => other - one);
  for (const [at, [feature, share]] of shares.entries()) {
    assert.ok(Math.abs(share - (wanted[feature] as number)) <= 0.006 * share, `${name}: ${words}`);
    assert.ok(Math.abs(share - (largest[at] as number)) <= 0.006 * share, `${name}: ${words}`);
  }
}

/** Classes of which `inspect` tells importances. */
const telling =
  /^(?:DecisionTree|ExtraTree|RandomForest|ExtraTrees|GradientBoosting)(?:Classifier|Regressor)$/u;

async function compareLooks(corpus: Corpus, entry: Entry, looks: Looks): Promise<void> {
  const bytes = corpus.model(entry);
  if (looks.importances !== null && telling.test(entry.estimator) && entry.columns === null)
    assertImportant(await importantOf(bytes, entry.model), numbers(looks.importances), entry.case);
  const thresholds = numbers(looks.thresholds);
  const wanted = numbers(looks.features).map((feature, at) =>
    feature < 0
      ? undefined
      : { feature: entry.columns?.[feature] ?? `feature ${feature}`, threshold: thresholds[at] as number },
  );
  assertDrawn(drawn(await inspected(bytes, entry.model, '--tree', '0')), wanted, entry.case);
}

for (const [turn, family] of ['trees', 'forests', 'boosting'].entries())
  for (const version of sampleOf(
    versions.filter(one => foldersOf(one).includes(family)),
    turn,
  ))
    test(`${family} of scikit-learn ${version}: importances, and the first tree`, async () => {
      const corpus = readCorpus(version, family);
      let compared = 0;
      for (const entry of corpus.entries) {
        const looks = corpus.looks(entry);
        // What gives leaves alone has no trees to draw; where boosting starts from a model, its trees come first.
        if (looks === undefined || !entry.outputs.includes('predict')) continue;
        if (entry.case.startsWith('boosted-init')) continue;
        if (refusals.some(one => one.version === version && one.case === entry.case)) continue;
        await compareLooks(corpus, entry, looks);
        compared++;
      }
      assert.ok(compared > 5, `${compared} models`);
    });

interface BoosterLooks {
  /** Gains and splits of each feature, by the library's name for it. */
  readonly gains: Readonly<Record<string, number>>;
  readonly splits: Readonly<Record<string, number>>;
  /** Of the first tree, as of scikit-learn's; null for a leaf. */
  readonly tree: readonly ({ readonly feature: string; readonly threshold: number } | null)[];
}

/** Features that are told of a booster. */
const mostOfBoosters = 10;

const libraries = [
  { name: 'xgboost', version: '3.4.1', fileOf: xgboostFile, form: 'json' },
  { name: 'lightgbm', version: '4.7.0', fileOf: lightgbmFile, form: 'text' },
] as const;

for (const { name, version, fileOf, form } of libraries)
  suite(`boosters of ${name} ${version}`, () => {
    const path = join(import.meta.dirname, '..', 'corpus', name, version, 'looks.json');
    const all = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, BoosterLooks>>;
    for (const [booster, looks] of Object.entries(all))
      test(booster, async () => {
        const { bytes } = fileOf(version, booster, form);
        const words = (await importantOf(bytes, `${booster}.model`)) ?? '';
        const found = [...words.matchAll(/([^,()]+?) \((\d+) splits?, gain ([^)]+)\)/gu)];
        const gains = Object.values(looks.gains).toSorted((one, other) => other - one);
        // A long text is cut, in its last feature or the one before.
        const most = Math.min(mostOfBoosters, gains.length);
        assert.ok(words.endsWith('…') ? found.length >= most - 2 : found.length === most, words);
        for (const [at, [, feature, splits, gain]] of found.entries()) {
          const key = (feature as string).trim();
          assert.equal(Number(splits), looks.splits[key], words);
          for (const wanted of [looks.gains[key] as number, gains[at] as number])
            assert.ok(Math.abs(Number(gain) - wanted) <= 6e-4 * wanted, words);
        }
        const text = await inspected(bytes, `${booster}.model`, '--tree', '0');
        assertDrawn(
          drawn(text),
          // A feature that has no name is drawn as those of other libraries.
          looks.tree.map(one =>
            one === null ? undefined : { ...one, feature: one.feature.replace(/^f(?=\d+$)/u, 'feature ') },
          ),
          booster,
        );
      });
  });
