/**
 * The second command. Types, lint, format and the tests that need Node alone: unit, contract, goldens, walls.
 * `node scripts/test.ts [PATTERN…]` runs only the test files whose path holds a pattern. What begins with `--` goes to them:
 * `--thorough` takes no samples and all the time that this needs, and the files as well whose names end in `.slow.test.ts`, or in
 * `.alone.test.ts`: these want the machine for themselves. A file of which no test begins or ends for minutes has failed.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runPart, type Part } from './tests/parts.ts';
import { sum, type Tally } from './tests/tally.ts';

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

/** Folders whose files one process runs: starting one for each would cost more than their tests do. The long ones first. */
const together = [
  'test/goldens',
  'src/model',
  'test/conformance/kserve',
  'test/conformance',
  'test/edge',
  'test/apiserver',
  'src/cluster',
  'src',
  'test/identity',
  'test/host',
  'test/net',
  'test/queue',
  'test/storage',
];
/** Files that are long by themselves, which begin before them. */
const longest = ['test/goldens/sklearn.test.ts', 'test/goldens/looks.test.ts', 'test/e2e/'];

/** Files that one process runs, the long ones first, so that no core waits for one at the end. */
function partsOf(files: readonly string[]): Part[] {
  const isLong = (file: string): boolean => longest.some(one => file.startsWith(one));
  const isSlow = (file: string): boolean => /\.(slow|alone)\.test\.ts$/.test(file);
  const folderOf = (file: string): string | undefined =>
    isLong(file) || isSlow(file) ? undefined : together.find(folder => file.startsWith(`${folder}/`));
  const folders = Map.groupBy(files, file => folderOf(file) ?? '');
  const alone = folders.get('') ?? [];
  return [
    ...alone.filter(isLong).map(file => [file]),
    ...together.flatMap(folder => (folders.has(folder) ? [folders.get(folder) as Part] : [])),
    ...alone.filter(file => !isLong(file)).map(file => [file]),
  ];
}

/** Carries out work, so many at a time; resolves to what each came to. */
async function inTurn<Result>(work: readonly (() => Promise<Result>)[], most: number): Promise<Result[]> {
  const results: Result[] = [];
  const left = work.values();
  const go = async (): Promise<void> => {
    for (const one of left) if (!ending.signal.aborted) results.push(await one());
  };
  await Promise.all(Array.from({ length: most }, go));
  return results;
}

const counted = (succeeded: boolean): Tally => ({ passed: Number(succeeded), failed: Number(!succeeded) });
const checks = [
  async () => counted(await check('types', 'tsc', ['--noEmit'])),
  async () => counted(await check('lint', 'oxlint', ['--type-aware', '--deny-warnings'])),
  async () => counted(await check('format', 'oxfmt', ['--check'])),
];
const files = filesFor([
  'src/**/*.test.ts',
  'test/**/*.test.ts',
  'bench/**/*.test.ts',
  'scripts/**/*.test.ts',
]);
const seconds = new Map<string, number>();
/** Whoever ends all is told which files were running. */
const ending = new AbortController();
process.once('SIGTERM', () => ending.abort());
const parts = partsOf(files).map(
  part => () =>
    runPart(part, {
      root,
      words: process.argv.slice(2).filter(word => word.startsWith('--')),
      environment,
      say: lines => void process.stdout.write(lines),
      ending: ending.signal,
      patience: (thorough ? 900 : 300) * 1000,
      took: (file, ms) => seconds.set(file, (seconds.get(file) ?? 0) + ms / 1000),
    }),
);
// Checkers use all cores: they come last, when the long files are under way or over.
const work = [...parts, ...(patterns.length === 0 ? checks : [])];
// Most tests wait more than they compute; those that are long load the machine by themselves.
const tallies = await inTurn(work, availableParallelism() * (thorough ? 1 : 2));
// Nothing that was found is not nothing that failed.
const { passed, failed } = sum(files.length === 0 ? [...tallies, counted(false)] : tallies);
for (const [file, took] of [...seconds].toSorted(([, one], [, other]) => other - one))
  if (took >= long) process.stdout.write(`${took.toFixed(0).padStart(4)} s  ${file}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
