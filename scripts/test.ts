/**
 * The second command. Types, lint, format and the tests that need Node alone: unit, contract, goldens, walls.
 * `node scripts/test.ts [PATTERN…]` runs only the test files whose path holds a pattern. What begins with `--` goes to them:
 * `--thorough` takes no samples and all the time that this needs, and the files as well whose names end in `.slow.test.ts`, or in
 * `.alone.test.ts`: these want the machine for themselves.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const root = dirname(import.meta.dirname);
const cache = join(root, 'node_modules', '.cache');
const environment = {
  ...process.env,
  // Hundreds of processes load the same sources: they strip the types of each once.
  NODE_COMPILE_CACHE: join(cache, 'node'),
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
};

const patterns = process.argv.slice(2).filter(word => !word.startsWith('--'));
const thorough = process.argv.includes('--thorough');
/** A file that takes this long is named at the end, seconds. */
const long = 10;

interface Tally {
  passed: number;
  failed: number;
}

const durations: { readonly file: string; readonly seconds: number }[] = [];

/** Runs a checker quietly; what it says is shown only when it finds something. */
function check(name: string, command: string, args: readonly string[]): Promise<boolean> {
  const started = performance.now();
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const end = (succeeded: boolean): void => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${succeeded ? '✔' : '✖'} ${name} (${seconds} s)\n${succeeded ? '' : output}`);
      resolve(succeeded);
    };
    child.on('error', error => {
      output += error.message;
      end(false);
    });
    child.on('close', code => end(code === 0));
  });
}

function filesFor(globs: readonly string[]): string[] {
  const found = new Set(globs.flatMap(glob => globSync(glob, { cwd: root }).toSorted()));
  return [...found].filter(
    file =>
      (thorough || !/\.(slow|alone)\.test\.ts$/.test(file)) &&
      (patterns.length === 0 || patterns.some(pattern => file.includes(pattern))),
  );
}

/** Where an environment asks for it, this program runs the files of one glob in its own process, and nothing else. */
const together = process.env['DAVIT_TESTS_TOGETHER'];

/** Many short ones each: a process runs all of a glob, because starting one for each file would cost more than its tests do. */
const grouped = ['src/**/*.test.ts', 'test/conformance/**/*.test.ts'];

/** Runs the files of a glob in one process; resolves to what it counted. */
function runTogether(glob: string): Promise<Tally> {
  if (filesFor([glob]).length === 0) return Promise.resolve({ passed: 0, failed: 0 });
  return new Promise(resolve => {
    const child = spawn(process.execPath, process.argv.slice(1), {
      env: { ...environment, DAVIT_TESTS_TOGETHER: glob },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    child.on('close', () => {
      process.stdout.write(output.replace(/\n\d+ passed, \d+ failed\n$/, ''));
      const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output.slice(-80)) ?? [];
      // One that ended without counting has failed.
      resolve({ passed: Number(passed ?? 0), failed: Number(failed ?? 1) });
    });
  });
}

async function runTests(files: readonly string[]): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: files.length === 0 ? 1 : 0 };
  const shared = { files: files.map(file => join(root, file)) };
  const apart = {
    concurrency: availableParallelism(),
    argv: process.argv.slice(2).filter(word => word.startsWith('--')),
    env: environment,
  };
  const stream = run(together === undefined ? { ...shared, ...apart } : { ...shared, isolation: 'none' });
  // Suites are reported beside what they hold; what they hold is counted.
  stream.on('test:pass', ({ nesting, skip }) =>
    nesting === 0 && skip === undefined ? tally.passed++ : undefined,
  );
  stream.on('test:fail', ({ nesting, todo }) =>
    nesting === 0 && todo === undefined ? tally.failed++ : undefined,
  );
  stream.on('test:summary', ({ file, duration_ms }) => {
    if (file !== undefined) durations.push({ file: relative(root, file), seconds: duration_ms / 1000 });
  });
  await new Promise<void>((resolve, reject) => {
    stream.compose(new spec()).on('end', resolve).on('error', reject).pipe(process.stdout);
  });
  return tally;
}

const whole = patterns.length === 0 && together === undefined;
const checks: boolean[] = whole
  ? await Promise.all([
      check('types', 'tsc', ['--noEmit']),
      check('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
      check('format', 'oxfmt', ['--check']),
    ])
  : [];
// The long ones first, so that no core waits for one of them at the end.
const inGroups = filesFor(grouped);
const separate = filesFor([
  'test/goldens/**/*.test.ts',
  'test/**/*.test.ts',
  'bench/**/*.test.ts',
  'scripts/**/*.test.ts',
]).filter(file => !inGroups.includes(file));
const tallies =
  together === undefined
    ? await Promise.all([
        ...(separate.length > 0 || inGroups.length === 0 ? [runTests(separate)] : []),
        ...grouped.map(runTogether),
      ])
    : [await runTests(filesFor([together]))];
const passed = sum(tallies.map(one => one.passed)) + checks.filter(Boolean).length;
const failed = sum(tallies.map(one => one.failed)) + checks.filter(one => !one).length;
for (const { file, seconds } of durations.toSorted((one, other) => other.seconds - one.seconds)) {
  if (seconds >= long) process.stdout.write(`${seconds.toFixed(0).padStart(4)} s  ${file}\n`);
}
// What a test has left open ends here.
process.stdout.write(`\n${passed} passed, ${failed} failed\n`, () => process.exit(failed === 0 ? 0 : 1));

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
