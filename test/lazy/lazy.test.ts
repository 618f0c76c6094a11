import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ask, iris, irisRequest, root } from '../e2e/program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-lazy-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** The modules below `src/` that a command loads until `work` is done with it. */
async function modulesOf(
  words: readonly string[],
  work: (stderr: AsyncIterable<Buffer>, stop: () => void) => Promise<void>,
): Promise<string[]> {
  const list = join(scratch, `${words[0] ?? ''}.txt`);
  const child = spawn(
    process.execPath,
    [
      '--import',
      pathToFileURL(join(import.meta.dirname, 'record.mjs')).href,
      join(root, 'src', 'app', 'main.ts'),
      ...words,
    ],
    {
      env: { ...process.env, DAVIT_TEST_LOADED: list, DAVIT_LOG_FORMAT: 'json' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const closed = once(child, 'close');
  await work(child.stderr, () => child.kill('SIGTERM'));
  await closed;
  const source = `${pathToFileURL(join(root, 'src')).href}/`;
  return readFileSync(list, 'utf8')
    .split('\n')
    .filter(url => url.startsWith(source))
    .map(url => url.slice(source.length));
}

test('--help loads the commands and nothing that serves', async () => {
  const modules = await modulesOf(['--help'], () => Promise.resolve());
  assert.deepEqual(
    modules.filter(module => /^(model|serve|wire|tensor|base\/net)\//.test(module)),
    [],
  );
  // Two for the program, the rest the command line, settings and errors. A command's own code belongs in its handler.
  assert.ok(modules.length <= 36, `${modules.length} modules: ${modules.join(' ')}`);
});

test('serving iris loads what an SVC from joblib over V2 needs, and no other family of kernels or protocol', async () => {
  const modules = await modulesOf(['serve', iris, '--http-port', '0'], async (stderr, stop) => {
    let text = '';
    for await (const chunk of stderr) {
      text += chunk.toString();
      const url = /"event":"serving","url":"([^"]+)"/.exec(text)?.[1];
      if (url === undefined) continue;
      assert.equal((await ask(`${url}/v2/models/iris-model/infer`, irisRequest)).status, 200);
      break;
    }
    stop();
  });
  const unneeded =
    /http2\.ts|http1\.ts|protocols\/(v1|server)\/|exchanges\/v1|scheduler\/thread|app\/serve\/worker|app\/inspect|kernels\/trees/;
  assert.deepEqual(
    modules.filter(module => unneeded.test(module)),
    [],
  );
  // About 70 read pickles, 75 translate and compute, 25 read and write V2, 20 are doors and error tables of rooms. The published
  // program has them in some 20 files. 17 are the words of the commands, which parsing and completion read.
  assert.ok(modules.length <= 265, `${modules.length} modules: ${modules.join(' ')}`);
});
