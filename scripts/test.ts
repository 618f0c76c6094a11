/**
 * The second command. Types, lint, format and every test that needs Node alone: unit, contract, goldens, walls.
 * `node scripts/test.ts [PATTERN…]` runs only the test files whose path holds a pattern;
 * what begins with `--` goes to them: `--every-version goldens/faults` plants faults in every version of the corpus.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
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

interface Tally {
  passed: number;
  failed: number;
}

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

async function runTests(patterns: readonly string[]): Promise<Tally> {
  // The long ones first, so that no core waits for one of them at the end.
  const files = ['test/**/*.test.ts', 'src/**/*.test.ts', 'bench/**/*.test.ts', 'scripts/**/*.test.ts']
    .flatMap(pattern => globSync(pattern, { cwd: root }).toSorted())
    .filter(file => patterns.length === 0 || patterns.some(pattern => file.includes(pattern)));
  const tally: Tally = { passed: 0, failed: files.length === 0 ? 1 : 0 };
  const stream = run({
    files: files.map(file => join(root, file)),
    concurrency: availableParallelism(),
    argv: process.argv.slice(2).filter(word => word.startsWith('--')),
    env: environment,
  });
  // Suites are reported beside what they hold; what they hold is counted.
  stream.on('test:pass', ({ nesting, skip }) =>
    nesting === 0 && skip === undefined ? tally.passed++ : undefined,
  );
  stream.on('test:fail', ({ nesting, todo }) =>
    nesting === 0 && todo === undefined ? tally.failed++ : undefined,
  );
  await new Promise<void>((resolve, reject) => {
    stream.compose(new spec()).on('end', resolve).on('error', reject).pipe(process.stdout);
  });
  return tally;
}

const patterns = process.argv.slice(2).filter(word => !word.startsWith('--'));
const checks =
  patterns.length > 0
    ? []
    : await Promise.all([
        check('types', 'tsc', ['--noEmit']),
        check('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
        check('format', 'prettier', [
          '--check',
          '--log-level=warn',
          '--cache',
          '--cache-strategy=content',
          `--cache-location=${join(cache, 'prettier.json')}`,
          '.',
        ]),
      ]);
const tally = await runTests(patterns);
const passed = tally.passed + checks.filter(Boolean).length;
const failed = tally.failed + checks.filter(one => !one).length;
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
