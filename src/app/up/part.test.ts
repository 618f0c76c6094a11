import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite, test } from 'node:test';

const program = join(import.meta.dirname, '..', 'main.ts');

/** How a part ends whose starter says something, and goes. */
async function endOf(said: string): Promise<{ status: unknown; told: string }> {
  const words = ['gateway', '--tied', '--kubeconfig', '/no/such/kubeconfig'];
  const child = spawn(process.execPath, [program, ...words], { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(said);
  const [told, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { status, told };
}

suite('a part that another process has started', () => {
  test('does nothing until it may begin', async () => {
    assert.deepEqual(await endOf(''), { status: 1, told: '' });
  });

  test('begins when it is told', async () => {
    const { status, told } = await endOf('\n');
    assert.equal(status, 1);
    assert.match(told, /\/no\/such\/kubeconfig/);
  });
});
