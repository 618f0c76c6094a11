import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { ask, iris, irisBatch, irisRequest, outputOf, root, withProgram } from './program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-serve-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

suite('davit serve', () => {
  test('serves the iris file over V1 and V2', async () => {
    await withProgram([iris], async ({ url }) => {
      const v2 = await ask(`${url}/v2/models/iris-model/infer`, irisRequest);
      assert.deepEqual([v2.status, v2.type, outputOf(v2.body)], [200, 'application/json', [1, 1]]);
      const v1 = await ask(
        `${url}/v1/models/iris-model:predict`,
        '{"instances":[[6.8,2.8,4.8,1.4],[6.0,3.4,4.5,1.6]]}',
      );
      assert.deepEqual(v1.body, { predictions: [1, 1] });
    });
  });

  test('SIGTERM lets a running request finish, then ends with 0', async () => {
    await withProgram([iris], async ({ url, child, ended, event }) => {
      const running = ask(`${url}/v2/models/iris-model/infer`, irisBatch(200_000));
      // The batch has reached the server once a compute thread was started for it.
      while (!/^davit_compute_threads [1-9]\d*$/m.test(String((await ask(`${url}/metrics`)).body)));
      child.kill('SIGTERM');
      assert.equal((await running).status, 200);
      assert.equal(await ended, 0);
      await event('stopped');
    });
  });

  test('a model that cannot be served leaves the server up and not ready, and says why', async () => {
    const bad = join(root, 'README.md');
    await withProgram(['--model', `good=${iris}`, '--model', `bad=${bad}`], async ({ url, log }) => {
      const ready = await ask(`${url}/v2/health/ready`);
      assert.deepEqual([ready.status, ready.code], [503, 'server-not-ready']);
      assert.match((ready.body as { error: string }).error, /model 'bad'/);
      const why = await ask(`${url}/v2/models/bad/ready`);
      assert.deepEqual([why.status, why.code], [503, 'model-not-ready']);
      assert.match((why.body as { error: string }).error, /looks like text/);
      assert.ok(log.some(line => line['model'] === 'bad' && line['code'] === 'pickle-unrecognised'));
      assert.deepEqual(outputOf((await ask(`${url}/v2/models/good/infer`, irisRequest)).body), [1, 1]);
      assert.equal((await ask(`${url}/v2/health/live`)).status, 200);
    });
  });

  test('a model directory holds exactly one model; several are named', async () => {
    const one = join(scratch, 'one');
    const two = join(scratch, 'two');
    cpSync(iris, join(one, 'model.joblib'));
    for (const name of ['a.joblib', 'b.pkl']) cpSync(iris, join(two, name));
    await withProgram([one, two], async ({ url }) => {
      assert.deepEqual(outputOf((await ask(`${url}/v2/models/one/infer`, irisRequest)).body), [1, 1]);
      const why = await ask(`${url}/v2/models/two/ready`);
      assert.match(
        (why.body as { error: string }).error,
        /found 2 model files \(a\.joblib, b\.pkl\), expected exactly one/,
      );
    });
  });

  test('the start line of a KServe container works as it is', async () => {
    const words = [
      '--model_name=iris',
      `--model_dir=${join(root, 'examples', 'iris')}`,
      '--grpc_port',
      '8081',
      '--enable_docs_url=false',
    ];
    await withProgram(words, async ({ url, log }) => {
      assert.deepEqual(outputOf((await ask(`${url}/v2/models/iris/infer`, irisRequest)).body), [1, 1]);
      assert.ok(log.some(line => String(line['event']).includes('gRPC is not served yet')));
    });
  });
});
