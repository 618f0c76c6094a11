import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { commands } from '../../../src/cli/commands/index.ts';
import { renderCompletion, type Shell } from '../../../src/cli/completion.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-shells-'));
const work = join(scratch, 'work');
mkdirSync(join(work, 'inner'), { recursive: true });
for (const file of ['iris-model.joblib', 'two words.pkl', 'inner/deep.bst'])
  writeFileSync(join(work, file), '');

/** Only a bound on hanging, milliseconds. */
const patience = 30_000;

/** What is typed after `davit`, with `\t` for TAB, and the words that the command then gets. */
const lines: readonly (readonly [typed: string, ...got: string[]])[] = [
  ['inspe\t', 'inspect'],
  ['inspe\tiris\t', 'inspect', 'iris-model.joblib'],
  ['inspect two\t', 'inspect', 'two words.pkl'],
  ['serve inn\tdee\t', 'serve', 'inner/deep.bst'],
  ['serve --max-mod\t 1Gi', 'serve', '--max-model-memory', '1Gi'],
  ['serve --model-d\tinn\tdee\t', 'serve', '--model-dir', 'inner/deep.bst'],
  ['user ad\tada@example.com --gro\tresearch', 'user', 'add', 'ada@example.com', '--group', 'research'],
  ['user add --password-s\t', 'user', 'add', '--password-stdin'],
  ['completion fi\t', 'completion', 'fish'],
];

interface Session {
  readonly name: string;
  readonly shell: Shell;
  /** Writes what the shell reads at its start. */
  readonly words: (folder: string) => readonly string[];
}

/** A command `davit` that says how it was called. */
const said = `davit() { printf '[%s]' "$@"; echo '!'; }`;

const sessions: readonly Session[] = [
  {
    name: 'bash',
    shell: 'bash',
    words: folder => {
      const file = written(folder, 'rc', `PS1='ready> '; ${said}\n${renderCompletion('bash', commands)}`);
      return ['--noprofile', '--rcfile', file, '-i'];
    },
  },
  {
    name: 'zsh, where nothing else completes',
    shell: 'zsh',
    words: folder => {
      written(folder, '.zshrc', `PS1='ready> '; ${said}\n${renderCompletion('zsh', commands)}`);
      return ['-i'];
    },
  },
  {
    name: 'zsh, from a folder of completions',
    shell: 'zsh',
    words: folder => {
      written(folder, '_davit', renderCompletion('zsh', commands));
      written(
        folder,
        '.zshrc',
        `PS1='ready> '; ${said}; fpath=(${folder} $fpath); autoload -Uz compinit && compinit -u`,
      );
      return ['-i'];
    },
  },
  {
    name: 'fish',
    shell: 'fish',
    words: folder => {
      const own = `function davit; printf '[%s]' $argv; echo '!'; end; function fish_prompt; echo -n 'ready> '; end`;
      const file = written(folder, 'rc.fish', `${own}\n${renderCompletion('fish', commands)}`);
      return ['--no-config', '--interactive', '--init-command', `source ${file}`];
    },
  },
];

function written(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Types a line into a new shell and presses TAB where that is said; resolves to the words that the command got. */
function typed({ shell, words }: Session, line: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(scratch, `${shell}-`));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    ZDOTDIR: folder,
    TERM: 'dumb',
    LANG: 'C.UTF-8',
  };
  const terminal = spawn(shell, [...words(folder)], { cwd: work, env, cols: 200, rows: 50 });
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  let text = '';
  let sent = false;
  const late = setTimeout(() => reject(new Error(`nothing came of it: ${JSON.stringify(text)}`)), patience);
  terminal.onData(chunk => {
    text += chunk;
    if (!sent && text.includes('ready> ')) {
      sent = true;
      terminal.write(`davit ${line}\r`);
    }
    const found = /^\r*((?:\[[^\]\r\n]*\])+)!\r?$/m.exec(text)?.[1];
    if (found !== undefined) resolve([...found.matchAll(/\[([^\]]*)\]/g)].map(([, word]) => word as string));
  });
  return promise.finally(() => {
    clearTimeout(late);
    terminal.kill('SIGKILL');
  });
}

const tally = { passed: 0, failed: 0 };

for (const session of sessions) {
  if (spawnSync(session.shell, ['-c', 'true']).error !== undefined) {
    process.stdout.write(`(${session.name} is skipped: there is no ${session.shell} on the PATH)\n`);
    continue;
  }
  for (const [line, ...words] of lines) {
    const name = `${session.name}: davit ${line.replaceAll('\t', '⇥')}`;
    try {
      // A flag and its value are two words, or one: both are taken.
      const got = (await typed(session, line)).flatMap(word => word.split(/(?<=^--[a-z-]+)=/));
      assert.deepEqual(got, words);
      tally.passed++;
      process.stdout.write(`✔ ${name}\n`);
    } catch (error) {
      tally.failed++;
      process.stdout.write(`✖ ${name}\n${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
