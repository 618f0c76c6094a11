/** What programs share that look at Davit as somebody has it who never saw this folder: an environment, and checks that are counted. */
import { delimiter } from 'node:path';
import { root } from './program.ts';

/** The PATH of somebody who never saw the clone: its Node.js must not be found there. */
const systemPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter(folder => !folder.startsWith(root))
  .join(delimiter);

/** An environment that says nothing of npm, of tests or of Davit. @param folders that come first on the PATH */
export function bareEnvironment(...folders: readonly string[]): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS|NODE_TEST|NODE_COMPILE_CACHE|DAVIT_)/.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: [...folders, systemPath].join(delimiter) };
}

const tally = { passed: 0, failed: 0 };

/** Does one thing and says how it went. */
export async function check(name: string, work: () => void | Promise<void>): Promise<void> {
  try {
    await work();
    tally.passed++;
    process.stdout.write(`✔ ${name}\n`);
  } catch (error) {
    tally.failed++;
    process.stdout.write(`✖ ${name}\n${error instanceof Error ? error.stack : String(error)}\n`);
  }
}

/** The closing line, and the exit status that it stands for. */
export function closing(): void {
  process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}
