import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { iris, irisBatch, irisRequest, root, serve, type Program } from './program.ts';
import { freePort } from './transcript.ts';

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function davit(words: readonly string[], input = ''): Promise<Outcome> {
  // One that waits for ever is to fail its test, not to hold up the others.
  const child = spawn(join(root, 'bin', 'davit'), words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()));
  // A command that refuses its flags ends without reading.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise(resolve => child.on('close', status => resolve({ status, out, err })));
}

suite('davit predict', () => {
  let program: Program;
  before(async () => {
    program = await serve([iris]);
  });
  after(() => program.stop());
  const ask = (words: readonly string[], input?: string): Promise<Outcome> =>
    davit(['predict', '--url', program.url, ...words], input);

  test('sends a V2 file and prints the answer', async () => {
    const { status, out, err } = await ask([
      '-m',
      'iris-model',
      '-f',
      join(dirname(iris), 'iris-input.json'),
    ]);
    assert.deepEqual([status, err], [0, '']);
    assert.deepEqual((JSON.parse(out) as { outputs: { data: number[] }[] }).outputs[0]?.data, [1, 1]);
  });

  test('reads standard input, speaks V1 when the request does, and finds the only model', async () => {
    assert.deepEqual(await ask(['-f', '-'], '{"instances": [[6.8, 2.8, 4.8, 1.4]]}'), {
      status: 0,
      out: '{"predictions":[1]}\n',
      err: '',
    });
    assert.equal((await ask(['-f', '-'], irisRequest)).status, 0);
  });

  test('an answer larger than a pipe holds is printed whole', async () => {
    const rows = 30_000;
    const request = `${irisBatch(rows).slice(0, -1)},"outputs":[{"name":"decision_function"}]}`;
    const { status, out } = await ask(['-f', '-'], request);
    assert.equal(status, 0);
    const [output] = (JSON.parse(out) as { outputs: { data: number[] }[] }).outputs;
    assert.equal(output?.data.length, rows * 3);
  });

  test(
    'what cannot be printed is a failure',
    { skip: existsSync('/dev/full') ? false : 'this system has no /dev/full' },
    () => {
      const full = openSync('/dev/full', 'w');
      const words = ['inspect', iris];
      const { status, stderr } = spawnSync(join(root, 'bin', 'davit'), words, {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      closeSync(full);
      assert.equal(status, 1);
      assert.match(stderr, /standard output cannot be written: ENOSPC/);
    },
  );

  test('an answer that is an error goes to standard error, with exit status 1', async () => {
    const { status, out, err } = await ask(['-f', '-'], '{"instances": [[1]]}');
    assert.deepEqual([status, out], [1, '']);
    assert.match(err, /answered 400: .*expecting 4 features/);
  });

  test('what is no request is refused before it is sent', async () => {
    const { status, err } = await ask(['-f', '-'], '{"rows": 1}');
    assert.equal(status, 1);
    assert.match(err, /neither "inputs" \(V2\) nor "instances" \(V1\) \[input-unreadable\]/);
  });

  const special = process.platform === 'win32' ? 'this system has no named pipes' : false;
  test(
    'pipes, devices and directories are refused at once, and told how to be read',
    { skip: special },
    async () => {
      const scratch = mkdtempSync(join(tmpdir(), 'davit-predict-'));
      const pipe = join(scratch, 'pipe');
      spawnSync('mkfifo', [pipe]);
      for (const [file, found] of [
        [pipe, 'a pipe'],
        ['/dev/zero', 'a device'],
        [scratch, 'a directory'],
      ] as const) {
        const { status, err } = await ask(['-m', 'iris-model', '-f', file]);
        assert.equal(status, 1);
        assert.match(
          err,
          new RegExp(`--file ${file}: found ${found}, expected a file.*\\[input-unreadable\\]`),
        );
      }
      rmSync(scratch, { recursive: true });
    },
  );

  test('a request of more than 256 MiB is refused, unread where its size tells', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'davit-predict-'));
    const file = join(scratch, 'huge.json');
    writeFileSync(file, '');
    truncateSync(file, 2 ** 40);
    const { status, err } = await ask(['-m', 'iris-model', '-f', file]);
    assert.equal(status, 1);
    assert.match(
      err,
      /huge\.json: found 1099511627776 bytes, expected at most 268435456.*\[input-too-large\]/,
    );
    rmSync(scratch, { recursive: true });
  });

  test('standard input that never ends is refused by the same bound', { skip: special }, () => {
    const zeros = openSync('/dev/zero', 'r');
    const words = ['predict', '--url', program.url, '-m', 'iris-model', '-f', '-'];
    const { status, stderr } = spawnSync(join(root, 'bin', 'davit'), words, {
      stdio: [zeros, 'pipe', 'pipe'],
      encoding: 'utf8',
      timeout: 60_000,
    });
    closeSync(zeros);
    assert.equal(status, 1);
    assert.match(stderr, /--file -: found more than 268435456 bytes, expected at most .*\[input-too-large\]/);
  });

  test('a server that is not there is named', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { status, err } = await davit(['predict', '--url', url, '-m', 'x', '-f', '-'], '{"instances": []}');
    assert.equal(status, 1);
    assert.ok(err.includes(`no answer from ${url}/v1/models/x:predict: `), err);
    assert.match(err, /ECONNREFUSED.*\[server-unreachable\]/);
  });

  test('a server that lists no models is told, whatever it says instead', async () => {
    const answers = [
      '<html>',
      '{"models":{}}',
      'null',
      '{"error":"no"}',
      '{"models":[]}',
      '{"models":["a","b"]}',
    ];
    const left = answers.values();
    const other = createServer((_, response) => response.writeHead(404).end(left.next().value));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    for (const answer of answers) {
      const { status, out, err } = await davit(['predict', '--url', url, '-f', '-'], '{"instances": []}');
      assert.deepEqual([status, out], [2, ''], answer);
      const found = answer.startsWith('{"models":[')
        ? `the server has ${answer.includes('a') ? 'a, b' : 'no models'}`
        : `${url}/v2/models answered 404 and no list of models`;
      assert.equal(err, `davit: davit predict needs --model NAME: ${found}\n`);
    }
    other.close();
  });

  test('a missing flag is a matter of usage', async () => {
    assert.equal((await ask([])).status, 2);
    assert.equal((await davit(['predict', '--url', 'localhost', '-f', '-'])).status, 2);
  });
});
