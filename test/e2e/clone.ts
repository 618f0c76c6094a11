/**
 * A clean clone on a machine that has Node.js 20 or newer and npm: the two commands of the README. Each sets the clone up, shows that it goes
 * on meanwhile, and does what the README says; once it is set up, nothing is set up again. Closing line: "N passed, N failed".
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, check, closing } from './bare.ts';
import { blocksOf } from './platform.ts';
import { outputOf, root } from './program.ts';

/** Only a bound on hanging, milliseconds. */
const patience = 240_000;
const scratch = mkdtempSync(join(tmpdir(), 'davit-clone-'));
const clone = join(scratch, 'davit');
const env = { ...bareEnvironment(), KUBECONFIG: '' };

/** What git would check out, were all committed that stands here. */
function copyClone(): void {
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  for (const file of listed.split('\0')) {
    const from = join(root, file);
    // One that is deleted here, and not committed yet, is listed.
    if (file !== '' && existsSync(from)) cpSync(from, join(clone, file));
  }
}

/** Progress while a clone is set up, as it stands in a log: at once, and again as long as it goes on. */
const progress = /^Setting up Davit: installing packages and Node\.js 24 \(.*\) … 0 s\n/m;
const done = /^Setting up Davit: .*: done after \d+ s\n/m;

/** A command that runs until it is ended, with all its children. */
class Started {
  text = '';
  readonly #child;
  readonly #closed;

  constructor(command: string, words: readonly string[]) {
    this.#child = spawn(command, words, {
      cwd: clone,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', (chunk: Buffer) => void (this.text += chunk.toString()));
  }

  /** Resolves once it has printed something. @throws when it ends before, or takes too long */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = (): void => {
      const found = pattern.exec(this.text);
      if (found !== null) resolve(found);
    };
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on('data', look);
    void this.#closed.then(() => reject(new Error(`it ended before it said ${pattern}: ${this.text}`)));
    const late = setTimeout(() => reject(new Error(`it never said ${pattern}: ${this.text}`)), patience);
    look();
    return promise.finally(() => clearTimeout(late));
  }

  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (this.#child.exitCode === null && pid !== undefined) process.kill(-pid, 'SIGTERM');
    await this.#closed;
  }
}

function npm(...words: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync('npm', words, {
    cwd: clone,
    env,
    encoding: 'utf8',
    timeout: patience,
  });
  return { status, text: stdout + stderr };
}

/** `npm start`, in folders and on addresses of its own. */
function start(): Started {
  const { services, pods } = blocksOf(135);
  const words = [
    '--port=0',
    '--gateway-port=0',
    `--service-addresses=${services}`,
    `--pod-addresses=${pods}`,
  ];
  return new Started('npm', ['start', '--', ...words, '--data-dir', join(scratch, 'data')]);
}

/** The line that `npm start` prints for everybody to type, and the answer below it. */
const asked = /^(curl .*)\n(\{.*\})\n/m;

try {
  const version = spawnSync('node', ['--version'], { env, encoding: 'utf8' }).stdout.trim();
  copyClone();
  await check(`npm test sets the clone up with Node.js ${version}, shows progress, and tests`, () => {
    const { status, text } = npm('test', '--', 'src/base/settings');
    assert.equal(status, 0, text);
    assert.match(text, progress);
    assert.match(text, done);
    assert.match(text, /\n[1-9]\d* passed, 0 failed\n/);
  });
  await check('what is set up is not set up again', () => {
    const { status, text } = npm('test', '--', 'src/base/log');
    assert.equal(status, 0, text);
    assert.doesNotMatch(text, /Setting up/);
  });
  rmSync(join(clone, 'node_modules'), { recursive: true });
  await check(
    'npm start sets the clone up, serves iris, and prints a curl line with its answer',
    async () => {
      const started = start();
      try {
        const [, line = '', answer = ''] = await started.says(asked);
        assert.match(started.text, progress);
        assert.match(started.text, done);
        assert.deepEqual(outputOf(JSON.parse(answer)), [1, 1]);
        const typed = spawnSync('bash', ['-c', line], { cwd: clone, env, encoding: 'utf8' });
        assert.deepEqual(outputOf(JSON.parse(typed.stdout)), [1, 1], `${line}: ${typed.stderr}`);
      } finally {
        await started.stop();
      }
    },
  );
  await check('a set-up that comes without its Node.js says what to do', () => {
    rmSync(join(clone, 'node_modules', '.davit-setup'));
    // As on a machine for which nobody packs a Node.js.
    const elsewhere = { ...env, npm_config_os: 'aix' };
    const { status, stderr } = spawnSync('node', ['scripts/setup.mjs'], {
      cwd: clone,
      env: elsewhere,
      encoding: 'utf8',
      timeout: patience,
    });
    // Where the system's is new enough, nothing is missing.
    if (Number(version.slice(1).split('.')[0]) >= 24) return assert.equal(status, 0, stderr);
    assert.equal(status, 1, stderr);
    assert.match(
      stderr,
      /^Set-up failed: The bundled Node\.js is missing or too old: found none, expected v24 or newer\.$/m,
    );
    assert.match(stderr, /npm ci --include=optional --ignore-scripts/);
    assert.match(stderr, /^Setting up Davit: .*: given up after \d+ s$/m);
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
closing();
