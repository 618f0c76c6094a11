import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { inAscii } from './ascii.ts';

/** As the build prints a source. */
const printed = (source: string): string =>
  transformSync(`module.exports = (${source});`, { minifySyntax: true }).code;

/** What a program exports. */
function exportsOf(program: string): unknown {
  const module = { exports: undefined };
  runInNewContext(program, { module });
  return module.exports;
}

suite('a program in ASCII', () => {
  for (const source of [
    "/^\\d+(?:ms|µs|μs)$/.test('10µs') && !/^(?:ms|µs)$/.test('Âµs')",
    "'a😀b'.replace(/[😀-😂]/u, '…')",
    "/(?<größe>.)/.exec('ü').groups.größe",
    '`${1} · ${2} €`',
    '(/* → */ 1)',
    "String.raw`\\u00b5 &middot; ${'·'}`",
  ])
    test(`does what ${source} does`, () => {
      const escaped = inAscii(printed(source), 'program.cjs');
      assert.match(escaped, /^[\0-\u007f]*$/);
      assert.deepEqual(exportsOf(escaped), exportsOf(`module.exports = (${source})`));
    });

  for (const source of ['String.raw`${1} · Davit`', "/\\µ/.test('µ')", 'f`a${g`·`}`'])
    test(`cannot be made of ${source}`, () => {
      assert.throws(
        () => inAscii(printed(source), 'program.cjs'),
        /^Error: program\.cjs: found .* outside ASCII/,
      );
    });
});
