/** Takes a guard away and looks what becomes of the test that is about it. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { attackSections } from './attacks.ts';
import { loginSections } from './logins.ts';
import { rightsSections } from './rights.ts';
import type { GuardRow, GuardSection } from './table.ts';

export const root = dirname(dirname(import.meta.dirname));

export const sections: readonly GuardSection[] = [...loginSections, ...rightsSections, ...attackSections];

/** A guard that stands in the source. */
export type Guard = Exclude<GuardRow['guard'], string>;

/** How often the text of a guard stands in its file: once, for one that can be taken away. */
export function countOf([file, text]: Guard): number {
  return readFileSync(join(root, file), 'utf8').split(text).length - 1;
}

export interface Outcome {
  readonly tests: number;
  readonly failed: number;
  /** What was printed, for people. */
  readonly text: string;
}

/** Only a bound on hanging, milliseconds: a test may wait for what never comes without its guard. */
const patience = 120_000;

/** Runs a test without a guard. */
export async function without(guard: Guard, [file, name]: GuardRow['test']): Promise<Outcome> {
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  const hook = join(import.meta.dirname, 'without.ts');
  const words = [
    '--import',
    hook,
    '--test-reporter=tap',
    '--test-force-exit',
    `--test-name-pattern=${pattern}`,
    join(root, file),
  ];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: {
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
      ...env,
      DAVIT_WITHOUT: JSON.stringify(guard),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  }
  await new Promise(resolve => child.on('close', resolve));
  const counted = (what: string): number =>
    Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { tests: counted('tests'), failed: counted('fail'), text };
}
