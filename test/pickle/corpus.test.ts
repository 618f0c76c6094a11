import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { CodedError } from '../../src/base/errors/index.ts';
import { looksLikePickle, openPickle, type PickleFile } from '../../src/model/formats/pickle/index.ts';
import { difference, type Tagged } from './tagged.ts';

interface Row {
  readonly file: string;
  readonly value?: string;
  readonly error?: string;
  readonly accepted?: string;
  readonly names?: string;
  readonly companions?: readonly string[];
}

const corpus = join(import.meta.dirname, '..', 'corpus', 'pickle');
const manifest = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as {
  readonly values: Readonly<Record<string, Tagged>>;
  readonly files: readonly Row[];
};

function open(row: Row): PickleFile {
  const path = join(corpus, 'files', row.file);
  const beside = new Set(row.companions);
  return openPickle(readFileSync(path), {
    companion: name => (beside.has(name) ? readFileSync(join(dirname(path), basename(name))) : undefined),
  });
}

/** What these kinds of the manifest are called here; the others are found by whoever looks at the values. */
const codes: Readonly<Record<string, string>> = {
  empty: 'pickle-empty',
  'git-lfs': 'pickle-git-lfs',
  html: 'pickle-html',
  unrecognised: 'pickle-unrecognised',
  truncated: 'pickle-truncated',
  malformed: 'pickle-malformed',
  corrupt: 'inflate-corrupt',
  'too-large': 'inflate-too-large',
  'persistent-id': 'pickle-persistent-id',
  extension: 'pickle-extension',
  'out-of-band': 'pickle-out-of-band',
  'companion-missing': 'joblib-companion-missing',
  'companion-escapes': 'joblib-companion-escapes',
};

/** Kinds that a reader of pickles gets through: the class, or the missing fit, is for its user to refuse. */
const readable = new Set([
  'several-pickles',
  'trailing-bytes',
  'unsupported-class',
  'not-fitted',
  'no-model',
]);

const noPickles = new Set(['empty', 'git-lfs', 'html', 'unrecognised']);

test('the corpus has values, refusals and models', () => {
  assert.ok(manifest.files.filter(row => row.value !== undefined).length > 100);
  assert.ok(manifest.files.filter(row => row.error !== undefined).length > 50);
  assert.ok(manifest.files.some(row => row.accepted !== undefined));
});

for (const row of manifest.files) {
  if (row.value !== undefined)
    test(`${row.file} holds ${row.value}`, () => checkValue(row, row.value as string));
  else if (row.error !== undefined && !readable.has(row.error))
    test(`${row.file} is refused: ${row.error}`, () => checkRefusal(row, row.error as string));
  else test(`${row.file} can be read`, () => checkReadable(row));
}

function checkValue(row: Row, name: string): void {
  const expected = manifest.values[name];
  assert.ok(expected !== undefined, `the manifest has no value ${name}`);
  const { objects, trailingBytes } = open(row);
  assert.equal(objects.length, 1);
  assert.equal(trailingBytes, 0);
  assert.equal(difference(objects[0] ?? null, expected), undefined);
}

function checkRefusal(row: Row, kind: string): void {
  assert.ok(kind in codes, `no code is known for ${kind}`);
  assert.throws(
    () => open(row),
    (error: unknown) => {
      assert.ok(error instanceof CodedError, String(error));
      assert.equal(error.code, codes[kind], error.message);
      assert.equal(error.fault, 'user');
      if (row.names !== undefined && kind.startsWith('companion'))
        assert.ok(error.message.includes(row.names));
      return true;
    },
  );
  const bytes = readFileSync(join(corpus, 'files', row.file));
  assert.equal(looksLikePickle(bytes), !noPickles.has(kind), 'looksLikePickle');
}

function checkReadable(row: Row): void {
  const read = open(row);
  assert.equal(looksLikePickle(readFileSync(join(corpus, 'files', row.file))), true);
  assert.equal(read.objects.length, row.error === 'several-pickles' ? 3 : 1);
  assert.equal(read.trailingBytes > 0, row.error === 'trailing-bytes');
  if (row.error === 'unsupported-class')
    assert.ok(
      read.classes.some(cls => cls.qualified === row.names),
      `${row.names} is not among the classes`,
    );
}
