import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const module = pathToFileURL(join(import.meta.dirname, 'starter.ts')).href;

/** What a process prints that begins late: its starter has gone by the time that it asks whether he has. */
function heard(said: string): { status: number | null; stdout: string } {
  const program = `
    import { listenToStarter } from ${JSON.stringify(module)};
    const over = new Promise(resolve => process.stdin.once('end', resolve));
    const starter = listenToStarter();
    console.log(await starter.mayBegin);
    await over;
    await new Promise(resolve => setImmediate(resolve));
    await starter.gone;
    console.log('gone');`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    input: said,
    encoding: 'utf8',
  });
  return { status, stdout };
}

suite('whoever started a process', () => {
  test('is heard to go, although nobody asked when he went', () => {
    assert.deepEqual(heard('\n'), { status: 0, stdout: 'true\ngone\n' });
  });

  test('is heard to go before he has said anything', () => {
    assert.deepEqual(heard(''), { status: 0, stdout: 'false\ngone\n' });
  });
});
