/** Writes the pages that are made of tables in the code. `--check` writes nothing and fails when a page is not what it should be. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderArchitecture } from './docs/architecture.ts';
import { renderCommands } from './docs/commands.ts';
import { renderDoors } from './docs/doors.ts';
import { renderErrors } from './docs/errors.ts';
import { renderKserve } from './docs/kserve.ts';
import { renderKubernetes } from './docs/kubernetes.ts';
import { renderLogins } from './docs/logins.ts';
import { renderModels } from './docs/models.ts';
import { renderSecurity } from './docs/security.ts';

const root = dirname(import.meta.dirname);

/** Every generated page, by its path in the repository. */
export async function pages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['ARCHITECTURE.md', renderArchitecture()],
    ['docs/reference/errors.md', await renderErrors()],
    ['docs/reference/commands.md', renderCommands()],
    ['docs/reference/models.md', renderModels()],
    ['docs/reference/kserve.md', renderKserve()],
    ['docs/reference/kubernetes.md', renderKubernetes()],
    ['docs/reference/doors.md', renderDoors()],
    ['docs/reference/logins.md', renderLogins()],
    ['docs/reference/login-security.md', renderSecurity()],
  ]);
}

/** Pages that differ from what the code says now. */
export async function drifted(): Promise<readonly string[]> {
  return [...(await pages())].filter(([path, text]) => readPage(path) !== text).map(([path]) => path);
}

function readPage(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const stale = await drifted();
    for (const path of stale) process.stderr.write(`${path} is stale: run npm run docs\n`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    for (const [path, text] of await pages()) writeFileSync(join(root, path), text);
  }
}
