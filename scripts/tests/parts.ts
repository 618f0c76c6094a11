import { type ChildProcess, spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { childrenOf } from '../../src/base/detached/index.ts';
import { filesVariable, sum, type Tally, type Told } from './tally.ts';

/** Test files that one process runs, one after another. */
export type Part = readonly string[];

export interface Running {
  readonly root: string;
  /** Words for the tests. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds of which no test begins or ends, after which a file hangs. */
  readonly patience: number;
  /** Whole lines that the tests print, as they come. */
  readonly say: (lines: string) => void;
  /** Ends what runs, which has failed; nothing else is begun. */
  readonly ending: AbortSignal;
  /** Told how long each test of a file took, milliseconds. */
  readonly took: (file: string, ms: number) => void;
}

/** Runs a part and says what it counted; a file that hangs has failed, is named, and ends with all that it started. */
export async function runPart(part: Part, running: Running): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 };
  const { root, words, environment, patience, say, ending } = running;
  if (ending.aborted) return tally;
  const child = spawn(process.execPath, [join(import.meta.dirname, 'part.ts'), ...words], {
    cwd: root,
    env: {
      ...environment,
      [filesVariable]: JSON.stringify(part.map(file => join(root, file))),
      // Whoever runs tests within a test would run none.
      NODE_TEST_CONTEXT: undefined,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const printed = inLines(child, say);
  let at = part.join(', ');
  const begun = new Set<string>();
  let hangs = false;
  const wait = setTimeout(() => {
    hangs = true;
    endAll(child);
  }, patience);
  const endNow = (): void => {
    say(`✖ ${at}: it was running when all were ended\n`);
    endAll(child);
  };
  ending.addEventListener('abort', endNow);
  let ended = false;
  child.on('message', (told: Told) => {
    wait.refresh();
    if (told.is === 'ended') ended = true;
    else if (told.file !== undefined) begun.add((at = relative(root, told.file)));
    if (told.is !== 'passed' && told.is !== 'failed') return;
    tally[told.is]++;
    running.took(at, told.ms);
  });
  const code = await closed(child);
  clearTimeout(wait);
  ending.removeEventListener('abort', endNow);
  printed.end();
  if (ended && (code === 0 || tally.failed > 0)) return tally;
  if (ending.aborted) return sum([tally, { passed: 0, failed: 1 }]);
  // Before any test has begun nobody knows which of several it is.
  if (begun.size === 0 && part.length > 1)
    return sum(await Promise.all(part.map(file => runPart([file], running))));
  const why = hangs ? `no test began or ended in ${patience / 1000} s` : `its process ended with ${code}`;
  say(`✖ ${at}: ${why}\n`);
  tally.failed++;
  const left = ended || part.length === 1 ? [] : part.filter(file => !begun.has(file));
  return left.length === 0 ? tally : sum([tally, await runPart(left, running)]);
}

/** Passes on what a process prints, in whole lines, since others print at the same time; `end` the rest as well. */
function inLines({ stdout }: ChildProcess, say: (lines: string) => void): { end(): void } {
  let rest = '';
  stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const upTo = chunk.lastIndexOf('\n') + 1;
    if (upTo > 0) say(rest + chunk.slice(0, upTo));
    rest = (upTo > 0 ? '' : rest) + chunk.slice(upTo);
  });
  return { end: () => say(rest === '' ? '' : `${rest}\n`) };
}

/** The status of a process, once all that it has printed is there; what it left running may hold its output for ever. */
function closed(child: ChildProcess): Promise<number | null> {
  return new Promise(resolve => {
    child.on('close', resolve);
    child.on('exit', code => void setTimeout(resolve, 10_000, code).unref());
  });
}

/** Ends a process that does nothing any more, and all that it has started. */
function endAll({ pid }: ChildProcess): void {
  const found = [pid as number];
  for (const one of found) found.push(...childrenOf(one).map(child => child.pid));
  for (const one of found) {
    try {
      process.kill(one, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}
