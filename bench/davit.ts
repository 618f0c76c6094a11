import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { DavitBuild } from './lineup.ts';
import { peersFolder } from './workload.ts';

export const root = dirname(import.meta.dirname);
const npmPath = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;

function npm(...words: readonly string[]): void {
  const env = { ...process.env, PATH: npmPath };
  execFileSync('npm', [...words, '--loglevel', 'error'], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function tarball(): string {
  const folder = mkdtempSync(join(tmpdir(), 'davit-pack-'));
  npm('pack', '--pack-destination', folder);
  return join(
    folder,
    readdirSync(folder).find(name => name.endsWith('.tgz'))!,
  );
}

/** Installs the packed tarball as a user would; once for each content. */
function packed(): string {
  const file = tarball();
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
  const folder = join(peersFolder, 'davit', digest);
  const command = join(folder, 'node_modules/.bin/davit');
  if (!existsSync(command)) {
    mkdirSync(folder, { recursive: true });
    npm('install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', file);
  }
  rmSync(dirname(file), { recursive: true });
  return command;
}

/** `packed`, `clone` or the path of a `davit` command, each with an optional `NAME=` before it. */
export function davitBuild(text: string): DavitBuild {
  const [, given, where = ''] = /^(?:([\w.-]+)=)?(.+)$/.exec(text) ?? [];
  if (where === 'packed') return { name: given ?? 'davit', command: packed() };
  if (where === 'clone') return { name: given ?? 'davit', command: join(root, 'bin/davit') };
  const command = resolve(where);
  if (!existsSync(command)) throw new Error(`--davit ${text}: ${command} does not exist`);
  return { name: given ?? 'davit', command };
}
