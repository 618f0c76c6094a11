/**
 * The packed tarball, installed globally with the system's own Node.js: the README's transcript, `davit inspect`, the iris
 * answer; from the tarball and from the clone. Closing line: "N passed, N failed".
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bareEnvironment, check, closing } from './bare.ts';
import { root } from './program.ts';
import { play, readTranscript } from './transcript.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-package-'));

function installTarball(): string {
  const environment = bareEnvironment(scratch);
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', scratch], {
    cwd: root,
    env: environment,
    encoding: 'utf8',
  });
  const tarball = join(scratch, packed.trim().split('\n').at(-1) as string);
  const prefix = join(scratch, 'global');
  const words = ['install', '--silent', '--no-audit', '--no-fund', '--global', '--prefix', prefix, tarball];
  const install = (): unknown => execFileSync('npm', words, { cwd: scratch, env: environment });
  try {
    install();
  } catch {
    // A registry may be away for a moment.
    install();
  }
  return join(prefix, 'bin');
}

function linkClone(): string {
  const folder = join(scratch, 'clone-bin');
  mkdirSync(folder);
  symlinkSync(join(root, 'bin', 'davit'), join(folder, 'davit'));
  return folder;
}

async function checkCommand(origin: string, bin: string): Promise<void> {
  const environment = bareEnvironment(bin);
  const folder = join(scratch, `work-${origin}`);
  cpSync(join(root, 'examples', 'iris'), folder, { recursive: true });
  const davit = (...words: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(join(bin, 'davit'), words, { cwd: folder, env: environment, encoding: 'utf8' });

  await check(`${origin}: the README's transcript`, async () => {
    const steps = readTranscript(join(root, 'README.md'));
    assert.ok(steps.length >= 4, `found ${steps.length} steps in the README`);
    const printed = await play(steps, folder, environment);
    for (const [at, { command, expected }] of steps.entries())
      assert.equal(printed[at], expected, `$ ${command}`);
  });
  await check(`${origin}: --version is the package's`, () => {
    assert.match(String(davit('--version').stdout), /^davit \d+\.\d+\.\d+\n$/);
  });
  await check(`${origin}: inspect tells the iris model`, () => {
    const { status, stdout } = davit('inspect', 'iris-model.joblib', '--json');
    assert.equal(status, 0);
    const told = JSON.parse(String(stdout)) as {
      servable: boolean;
      library: string;
      model: { class: string };
    };
    assert.deepEqual(
      [told.servable, told.library, told.model.class.split('.').at(-1)],
      [true, 'scikit-learn', 'SVC'],
    );
  });
  await check(`${origin}: what is no model exits with 1 and says why on standard error or as refusal`, () => {
    const { status, stdout, stderr } = davit('inspect', 'README.md');
    assert.equal(status, 1);
    assert.match(`${String(stdout)}${String(stderr)}`, /README\.md/);
  });
  await check(`${origin}: a wrong flag exits with 2 and names the right one`, () => {
    const { status, stderr } = davit('serve', 'iris-model.joblib', '--worker', '2');
    assert.equal(status, 2);
    assert.match(String(stderr), /did you mean --workers/);
  });
}

/** Serves a model until it answers once; resolves to the answer. */
async function answerOf(words: readonly string[], env: NodeJS.ProcessEnv, bin: string): Promise<unknown> {
  const child = spawn(join(bin, 'davit'), ['serve', '--http-port', '0', ...words], {
    env: { ...env, DAVIT_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let log = '';
  for await (const chunk of child.stderr) {
    log += String(chunk);
    const url = /"event":"serving","url":"([^"]+)"/.exec(log)?.[1];
    if (url === undefined) continue;
    const answer = await fetch(`${url}/v1/models/iris:predict`, {
      method: 'POST',
      body: '{"instances":[[6.8,2.8,4.8,1.4]]}',
    });
    const told: unknown = await answer.json();
    child.kill('SIGTERM');
    await ended;
    return told;
  }
  throw new Error(`davit serve ended: ${log}`);
}

/** Those that are read as they lie: see `src/app/published/code.ts`. */
async function checkPrograms(bin: string): Promise<void> {
  const folder = join(dirname(bin), 'lib', 'node_modules', 'davit-serving', 'dist', 'app');
  const programs = readdirSync(folder).filter(name => name.endsWith('.cjs') && name !== 'main.cjs');
  await check('tarball: programs of one file are strict and in ASCII', () => {
    assert.ok(programs.length >= 6, programs.join(', '));
    for (const name of programs) {
      const bytes = readFileSync(join(folder, name));
      assert.equal(
        bytes.findIndex(byte => byte >= 0x80),
        -1,
        name,
      );
      assert.match(bytes.toString('latin1', 0, 20), /^"use strict";/, name);
    }
  });
}

async function checkPlans(bin: string): Promise<void> {
  await check('tarball: the plan of a large file is kept, and used again', async () => {
    const cache = join(scratch, 'cache');
    const large = join(scratch, 'large.joblib');
    const iris = readFileSync(join(root, 'examples', 'iris', 'iris-model.joblib'));
    writeFileSync(large, Buffer.concat(Array.from({ length: Math.ceil(300_000 / iris.length) }, () => iris)));
    const words = ['--model', `iris=${large}#1`];
    const environment = { ...bareEnvironment(bin), DAVIT_CACHE: cache };
    const seen: unknown[] = [];
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await answerOf(words, environment, bin), { predictions: [1] });
      const [plan = '', ...more] = readdirSync(join(cache, 'plans'));
      assert.deepEqual(more, []);
      const { ino, mtimeMs } = statSync(join(cache, 'plans', plan));
      seen.push({ ino, isUsed: mtimeMs > 0 });
      utimesSync(join(cache, 'plans', plan), new Date(0), new Date(0));
    }
    // One that is made anew is another file; one that is used has the time of its use.
    assert.deepEqual(seen[1], seen[0]);
  });
}

async function checkCode(bin: string): Promise<void> {
  await check('tarball: what a run compiled is kept, used again, and not needed', async () => {
    const cache = join(scratch, 'code-cache');
    const folder = join(cache, 'code');
    const words = ['--model', `iris=${join(root, 'examples', 'iris', 'iris-model.joblib')}`];
    const environment = { ...bareEnvironment(bin), DAVIT_CACHE: cache };
    const kept = async (): Promise<string> => {
      assert.deepEqual(await answerOf(words, environment, bin), { predictions: [1] });
      const [file = '', ...more] = readdirSync(folder);
      assert.match(file, /^serve-/);
      assert.deepEqual(more, []);
      return join(folder, file);
    };
    const { size } = statSync(await kept());
    assert.ok(size > 500_000, `${size} bytes`);
    const file = await kept();
    assert.equal(statSync(file).size, size);
    writeFileSync(file, readFileSync(file).fill(0, Math.floor(size / 2)));
    assert.ok(statSync(await kept()).size > 500_000);
  });
}

try {
  await checkCommand('clone', linkClone());
  const bin = installTarball();
  await checkCommand('tarball', bin);
  await checkPrograms(bin);
  await checkPlans(bin);
  await checkCode(bin);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
closing();
