import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { findCase } from '../goldens/corpus.ts';
import { RawClient } from '../net/client.ts';
import { ask, iris, irisBatch, irisRequest, outputOf, root, withProgram } from './program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-serve-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Sends bytes and reads to the end of the connection. */
async function untilAnswered(port: number, text: string): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(text);
  for await (const chunk of socket) void chunk;
}

suite('davit serve, what its flags and its surroundings do', () => {
  test('serves one of several objects in a file, picked by --object or after #', async () => {
    const both = join(scratch, 'both.joblib');
    const bytes = readFileSync(iris);
    writeFileSync(both, Buffer.concat([bytes, bytes]));
    for (const words of [
      ['--model', `iris=${both}#1`],
      [both, '--model-name', 'iris', '--object', '1'],
    ])
      await withProgram(words, async ({ url }) => {
        const answer = await ask(`${url}/v2/models/iris/infer`, irisRequest);
        assert.deepEqual([answer.status, outputOf(answer.body)], [200, [1, 1]]);
      });
  });

  test('a batch that is computed on another thread gives the same answer, and health is answered meanwhile', async () => {
    await withProgram([iris], async ({ url }) => {
      const rows = 20_000;
      const batch = ask(`${url}/v2/models/iris-model/infer`, irisBatch(rows));
      const health = await ask(`${url}/v2/health/live`);
      assert.deepEqual(health.body, { live: true });
      const answer = outputOf((await batch).body);
      assert.equal(answer.length, rows);
      assert.ok(answer.every(label => label === 1));
      assert.match(String((await ask(`${url}/metrics`)).body), /^davit_compute_threads [1-9]\d*$/m);
    });
  });

  test('a batch is given up when its client goes before the answer', async () => {
    await withProgram([iris, '--compute-threads', '1'], async ({ url }) => {
      const metrics = async (): Promise<string> => String((await ask(`${url}/metrics`)).body);
      const leaving = new AbortController();
      const body = irisBatch(900_000);
      const target = `${url}/v2/models/iris-model/infer`;
      const gone = fetch(target, { method: 'POST', body, signal: leaving.signal });
      while (!/^davit_compute_threads 1$/m.test(await metrics()));
      leaving.abort();
      await assert.rejects(gone, { name: 'AbortError' });
      const outcome = /^davit_inference_requests_total\{.*outcome="(\w+)"\} 1$/m;
      let text: string;
      do text = await metrics();
      while (!outcome.test(text));
      assert.equal(outcome.exec(text)?.[1], 'user_error');
      assert.match(text, /^davit_http_requests_aborted_total 1$/m);
      // The one thread is free for whoever comes next.
      assert.equal(outputOf((await ask(target, irisBatch(10_000))).body).length, 10_000);
    });
  });

  test('with --try a request is sent once all is ready, and told as a line that anybody can type', async () => {
    const input = join(root, 'examples', 'iris', 'iris-input.json');
    await withProgram([iris, '--try', input], async ({ url, child }) => {
      let out = '';
      for await (const chunk of child.stdout ?? []) {
        out += String(chunk);
        if (out.includes('Ctrl-C')) break;
      }
      const [line = '', answer = ''] = out.trim().split('\n');
      assert.equal(line, `curl -d @${input} ${url}/v2/models/iris-model/infer`);
      assert.deepEqual(outputOf(JSON.parse(answer)), [1, 1]);
      const typed = spawnSync('bash', ['-c', line.replace('curl', 'curl -s')], { encoding: 'utf8' });
      assert.deepEqual(JSON.parse(typed.stdout), JSON.parse(answer));
    });
  });

  test('a second signal ends at once, with the status of a killed program', async () => {
    await withProgram([iris], async ({ url, child, ended, event }) => {
      const running = ask(`${url}/v2/models/iris-model/infer`, irisBatch(900_000)).catch(() => undefined);
      while (!/^davit_compute_threads [1-9]\d*$/m.test(String((await ask(`${url}/metrics`)).body)));
      child.kill('SIGTERM');
      await event('stopping');
      child.kill('SIGTERM');
      assert.equal(await ended, 143);
      await running;
    });
  });

  for (const workers of ['1', '2']) {
    test(`SIGTERM ends what is not done within --grace (--workers ${workers})`, async () => {
      await withProgram(
        [iris, '--grace', '1s', '--workers', workers],
        async ({ url, child, ended, event }) => {
          const port = Number(new URL(url).port);
          // Requests that never become whole, on as many connections as reach every thread.
          const begun =
            'POST /v2/models/iris-model/infer HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n{';
          const clients = Array.from({ length: 16 }, () => new RawClient(port));
          for (const client of clients) await client.write(begun);
          // What was sent before has been read by then, on a thread at least.
          assert.equal((await ask(`${url}/v2/health/live`)).status, 200);
          child.kill('SIGTERM');
          assert.equal(await ended, 0);
          const [begins, ends] = [await event('stopping'), await event('stopped')];
          const took = Date.parse(String(ends['time'])) - Date.parse(String(begins['time']));
          assert.ok(took >= 900, `it waited for them for ${took} ms`);
          await Promise.all(clients.map(client => client.closed));
        },
      );
    });

    test(`a port that is taken is an error that names who has it (--workers ${workers})`, async () => {
      await withProgram([iris, '--workers', workers], async ({ url }) => {
        const port = new URL(url).port;
        const { status, stderr } = spawnSync(
          join(root, 'bin', 'davit'),
          ['serve', iris, '--http-port', port, '--workers', workers, '--log-level', 'error'],
          { encoding: 'utf8' },
        );
        assert.equal(status, 1);
        assert.match(stderr, new RegExp(`port ${port}.*\\[net-port-taken\\]`));
        if (process.platform === 'linux') assert.match(stderr, /pid \d+/);
      });
    });
  }

  test('as many clients as --max-connections says are served, whichever of the threads they meet', async () => {
    await withProgram([iris, '--workers', '4', '--max-connections', '5'], async ({ url }) => {
      const statusOf = async (client: RawClient): Promise<number> => {
        await client.write('GET /v2/health/live HTTP/1.1\r\nHost: here\r\n\r\n');
        return (await client.answer()).status;
      };
      const clients: RawClient[] = [];
      const statuses = (count: number): Promise<number[]> => {
        const open = Array.from({ length: count }, () => new RawClient(Number(new URL(url).port)));
        clients.push(...open);
        return Promise.all(open.map(statusOf));
      };
      try {
        assert.deepEqual(await statuses(5), [200, 200, 200, 200, 200]);
        assert.deepEqual([...new Set(await statuses(8))], [503]);
      } finally {
        for (const { socket } of clients) socket.destroy();
      }
    });
  });

  test('PREDICT_PROBA answers probabilities by default where the model has them', async () => {
    const { corpus, entry } = findCase('1.9.1', 'pipeline-alone');
    const model = join(scratch, entry.model);
    writeFileSync(model, corpus.model(entry));
    await withProgram(
      [model],
      async ({ url }) => {
        const { body } = await ask(`${url}/v1/models/pipeline-alone:predict`, '{"instances":[[5,3,1,0.2]]}');
        const [row] = (body as { predictions: number[][] }).predictions;
        assert.ok(row !== undefined);
        assert.equal(row.length, 3);
        assert.ok(Math.abs(row.reduce((sum, one) => sum + one, 0) - 1) < 1e-12);
      },
      { PREDICT_PROBA: 'true' },
    );
  });

  test('models are unloaded and loaded at run time, also on further serving threads', async () => {
    await withProgram([iris, '--workers', '2'], async ({ url }) => {
      // Every fetch may meet either thread; enough of them meet both.
      const statuses = async (): Promise<number[]> => {
        const answers = await Promise.all(
          Array.from({ length: 16 }, () => ask(`${url}/v2/models/iris-model/infer`, irisRequest)),
        );
        return [...new Set(answers.map(({ status }) => status))];
      };
      assert.deepEqual(await statuses(), [200]);
      assert.deepEqual((await ask(`${url}/v2/repository/models/iris-model/unload`, '{}')).body, {
        name: 'iris-model',
        unload: true,
      });
      assert.deepEqual(await statuses(), [503]);
      assert.equal((await ask(`${url}/v2/health/ready`)).status, 200);
      const index = await ask(`${url}/v2/repository/index`, '');
      assert.deepEqual(index.body, [
        { name: 'iris-model', version: '1', state: 'UNAVAILABLE', reason: 'unloaded' },
      ]);
      assert.deepEqual((await ask(`${url}/v2/repository/models/iris-model/load`, '{}')).body, {
        name: 'iris-model',
        load: true,
      });
      assert.deepEqual(await statuses(), [200]);
      const metrics = String((await ask(`${url}/metrics`)).body);
      assert.match(
        metrics,
        /^davit_inference_requests_total\{model="iris-model",protocol="v2",outcome="success"\} 32$/m,
      );
    });
  });

  test('the memory that models may take is kept', async () => {
    const inspected = spawnSync(join(root, 'bin', 'davit'), ['inspect', iris, '--json'], {
      encoding: 'utf8',
    });
    const budget = Math.floor((JSON.parse(inspected.stdout) as { memory: number }).memory * 1.5);
    await withProgram(
      ['--model', `a=${iris}`, '--model', `b=${iris}`, '--max-model-memory', String(budget)],
      async ({ url }) => {
        const index = (await ask(`${url}/v2/repository/index`, '')).body as {
          name: string;
          state: string;
          reason: string;
        }[];
        const refused = index.find(({ state }) => state === 'UNAVAILABLE');
        assert.deepEqual(index.map(({ state }) => state).toSorted(), ['READY', 'UNAVAILABLE']);
        assert.match(
          refused?.reason ?? '',
          new RegExp(`needs \\d+ bytes; of the ${budget} that models may take, \\d+ are taken`),
        );
        const loaded = index.find(({ state }) => state === 'READY')?.name ?? '';
        assert.equal((await ask(`${url}/v2/repository/models/${loaded}/unload`, '')).status, 200);
        assert.equal((await ask(`${url}/v2/repository/models/${refused?.name ?? ''}/load`, '')).status, 200);
      },
    );
  });

  test('a file that is larger than models may be together is not read', async () => {
    const large = join(scratch, 'large.joblib');
    writeFileSync(large, '');
    truncateSync(large, 2 ** 30);
    await withProgram(
      ['--model', `a=${iris}`, '--model', `b=${large}`, '--max-model-memory', '100MiB'],
      async ({ url }) => {
        const why = await ask(`${url}/v2/models/b/ready`);
        assert.equal(why.status, 503);
        assert.match(
          (why.body as { error: string }).error,
          /model 'b' needs 1073741824 bytes to read its file; of the 104857600 that models may take, \d+ are taken$/,
        );
        assert.equal((await ask(`${url}/v2/models/a/ready`)).status, 200);
        const metrics = String((await ask(`${url}/metrics`)).body);
        const resident = Number(/^process_resident_memory_bytes (\d+)$/m.exec(metrics)?.[1]);
        assert.ok(resident < 2 ** 30, `${resident} bytes`);
        const again = await ask(`${url}/v2/repository/models/b/load`, '');
        assert.deepEqual([again.status, again.code], [507, 'model-memory-exceeded']);
      },
    );
  });

  test('a server whose log nobody reads any more goes on serving', async () => {
    await withProgram([iris, '--access-log'], async ({ url, child }) => {
      child.stderr?.destroy();
      for (let at = 0; at < 5; at++) assert.equal((await ask(`${url}/v2/health/live`)).status, 200);
    });
  });

  test('the access log has a line for each answer', async () => {
    await withProgram([iris, '--access-log'], async ({ url, event }) => {
      await ask(`${url}/v2/models/nope`);
      const { method, target, status } = await event('request');
      assert.deepEqual([method, target, status], ['GET', '/v2/models/nope', 404]);
    });
  });

  test('the access log has a line for each answer that no protocol gave, too', async () => {
    const words = [
      iris,
      '--access-log',
      '--max-body',
      '100',
      '--max-head',
      '1KiB',
      '--request-timeout',
      '1s',
    ];
    await withProgram(words, async ({ url, log, logged }) => {
      const start = 'HTTP/1.1\r\nHost: a\r\n';
      const asked = [
        `POST /large ${start}Content-Length: 101\r\n\r\n`,
        `POST /slow ${start}Content-Length: 100\r\n\r\n{`,
        `GET /long ${start}X: ${'x'.repeat(1024)}\r\n\r\n`,
        'what is this\r\n\r\n',
      ];
      for (const one of asked) await untilAnswered(Number(new URL(url).port), one);
      const lines = (): unknown[][] =>
        log
          .filter(({ event }) => event === 'request')
          .map(({ method, target, status, code }) => [method, target, status, code]);
      await logged(() => lines().length === asked.length);
      assert.deepEqual(lines(), [
        ['POST', '/large', 413, 'net-body-too-large'],
        ['POST', '/slow', 408, 'net-request-slow'],
        [undefined, undefined, 431, 'net-head-too-large'],
        [undefined, undefined, 400, 'net-request-malformed'],
      ]);
    });
  });
});
