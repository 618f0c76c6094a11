import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import { KeptCode } from './code.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-code-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

let folders = 0;
/** An environment with an empty cache, and the folder in it. */
function emptyCache(): { env: { DAVIT_CACHE: string }; folder: string } {
  const cache = join(scratch, String(++folders));
  return { env: { DAVIT_CACHE: cache }, folder: join(cache, 'code') };
}

const code = { code: Buffer.from('code'), looks: 2 };

suite('kept code', () => {
  test('is read back, by whoever asks for the same program', () => {
    const { env } = emptyCache();
    new KeptCode('one.cjs', env).write(code);
    assert.deepEqual(new KeptCode('one.cjs', env).read(), code);
    assert.equal(new KeptCode('other.cjs', env).read(), undefined);
  });

  test('that is damaged or cut short counts as none', () => {
    const { env, folder } = emptyCache();
    const kept = new KeptCode('one.cjs', env);
    kept.write(code);
    const path = join(folder, readdirSync(folder)[0] ?? '');
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1;
      for (const bytes of [damaged, whole.subarray(0, at)]) {
        writeFileSync(path, bytes);
        assert.equal(kept.read(), undefined, `byte ${at}`);
      }
    }
  });

  test('is neither read from nor written to a folder that others may write', () => {
    const { env, folder } = emptyCache();
    const kept = new KeptCode('one.cjs', env);
    kept.write(code);
    chmodSync(folder, 0o770);
    assert.equal(kept.read(), undefined);
    const before = readdirSync(folder);
    new KeptCode('other.cjs', env).write(code);
    assert.deepEqual(readdirSync(folder), before);
  });

  test('that has no place fails nobody', () => {
    const file = join(scratch, 'file');
    writeFileSync(file, '');
    const kept = new KeptCode('one.cjs', { DAVIT_CACHE: file });
    kept.write(code);
    assert.equal(kept.read(), undefined);
  });

  test('of sixteen programs stays', () => {
    const { env, folder } = emptyCache();
    for (let at = 0; at < 20; at++) {
      new KeptCode(`program-${at}.cjs`, env).write(code);
      for (const name of readdirSync(folder)) {
        const [, number = ''] = /program-(\d+)/.exec(name) ?? [];
        utimesSync(join(folder, name), Number(number), Number(number));
      }
    }
    const left = Array.from({ length: 20 }, (_, at) => at).filter(
      at => new KeptCode(`program-${at}.cjs`, env).read() !== undefined,
    );
    assert.deepEqual(
      left,
      Array.from({ length: 16 }, (_, at) => at + 4),
    );
    assert.equal(readdirSync(folder).length, 16);
  });

  test('that is used stays longer than what is not', () => {
    const { env, folder } = emptyCache();
    const names = Array.from({ length: 16 }, (_, at) => `program-${at}.cjs`);
    for (const name of names) new KeptCode(name, env).write(code);
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1, 1);
    const used = new KeptCode('program-7.cjs', env);
    assert.deepEqual(used.read(), code);
    for (let at = 0; at < 15; at++) new KeptCode(`later-${at}.cjs`, env).write(code);
    assert.deepEqual(used.read(), code);
    assert.equal(readdirSync(folder).length, 16);
  });

  test('that a killed run left unfinished is no program, and goes', () => {
    const { env, folder } = emptyCache();
    for (let at = 0; at < 15; at++) new KeptCode(`program-${at}.cjs`, env).write(code);
    const [name = ''] = readdirSync(folder);
    const parts = Array.from({ length: 20 }, (_, pid) => join(folder, `${name}.${pid}.part`));
    for (const [at, part] of parts.entries()) {
      writeFileSync(part, '');
      if (at > 0) utimesSync(part, 1, 1);
    }
    new KeptCode('last.cjs', env).write(code);
    const left = readdirSync(folder);
    assert.deepEqual(
      left.filter(one => one.endsWith('.part')),
      [`${name}.0.part`],
    );
    assert.equal(left.length, 17);
  });
});

suite('a program that keeps its code', () => {
  const unused = Array.from({ length: 100 }, (_, at) => `function f${at}() { return [${at}, 'text', {}]; }`);
  const program = join(scratch, 'program.cjs');
  const calls = unused.map((_, at) => `f${at}()`).join(', ');
  writeFileSync(
    program,
    `${unused.join('\n')}
    const { basename } = require('node:path');
    if (process.argv[1] === 'more') [${calls}];
    console.log(basename(__filename), process.argv[1]);
    if (process.argv[1] === 'fails') throw new Error('as it says');`,
  );
  const start = `
    import { KeptCode, runKept } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'code.ts')).href)};
    runKept(${JSON.stringify(program)}, new KeptCode('program.cjs', process.env));`;
  const run = (env: Record<string, string>, word: string, ...flags: string[]): string =>
    execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', start, word], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const stateOf = (folder: string): { ino: number; size: number } => {
    const [name = '', ...others] = readdirSync(folder);
    assert.deepEqual(others, []);
    const { ino, size } = statSync(join(folder, name));
    return { ino, size };
  };

  test('does the same with it as without, and leaves what it cannot better', () => {
    const { env, folder } = emptyCache();
    const states = Array.from({ length: 6 }, () => {
      assert.equal(run(env, 'less'), 'program.cjs less\n');
      return stateOf(folder);
    });
    assert.deepEqual(new Set(states.map(({ size }) => size)).size, 1);
    // Three runs have looked.
    assert.deepEqual(states[4], states[3]);
    assert.deepEqual(states[5], states[3]);
  });

  test('keeps the code of the run that used the most of it', () => {
    const { env, folder } = emptyCache();
    run(env, 'less');
    const less = stateOf(folder);
    run(env, 'more');
    const more = stateOf(folder);
    assert.ok(more.size > less.size * 1.1, `${less.size}, then ${more.size} bytes`);
    run(env, 'less');
    assert.equal(stateOf(folder).size, more.size);
  });

  test('makes anew what V8 does not take', () => {
    const { env, folder } = emptyCache();
    run(env, 'less');
    const [name = ''] = readdirSync(folder);
    const { size } = statSync(join(folder, name));
    const foreign = Buffer.alloc(100_000, 'no code');
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(foreign));
    writeFileSync(join(folder, name), Buffer.concat([foreign, sum]));
    assert.equal(run(env, 'less'), 'program.cjs less\n');
    assert.equal(stateOf(folder).size, size);
  });

  test('has code of its own where V8 is told to work in another way', () => {
    const { env, folder } = emptyCache();
    run(env, 'less');
    run(env, 'less', '--no-lazy');
    assert.equal(readdirSync(folder).length, 2);
  });

  test('fails as it would alone', () => {
    const { env } = emptyCache();
    for (let time = 0; time < 2; time++)
      assert.throws(() => run(env, 'fails'), /program\.cjs:104[^]*as it says/);
  });
});
