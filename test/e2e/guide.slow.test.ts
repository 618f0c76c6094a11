/** `docs/guides/serve.md`: its lines work as they stand, and what it names is there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { parseCommandLine } from '../../src/cli/parse.ts';
import { commands } from '../../src/cli/index.ts';
import { decodeInferRequest } from '../../src/wire/index.ts';
import { iris, outputOf, root, serve, type Program } from './program.ts';
import { blocksIn } from './transcript.ts';

const page = join(root, 'docs', 'guides', 'serve.md');
const blocks = blocksIn(page);

/** Lines of the blocks for a shell, those that go on behind a backslash as one. */
const lines = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) =>
    text
      .replaceAll(/\\\n\s*/g, '')
      .trim()
      .split('\n'),
  );

/** What answers begin with, by the line that asks. */
const answers: readonly (readonly [line: RegExp, answer: (body: unknown) => void])[] = [
  [/v2\/models\/iris-model\/infer/, body => assert.deepEqual(outputOf(body), [1])],
  [/v1\/models\/iris-model:predict/, body => assert.deepEqual(body, { predictions: [1] })],
  [/repository\/index/, body => assert.equal((body as { state: string }[])[0]?.state, 'READY')],
  [/\/unload/, body => assert.deepEqual(body, { name: 'iris-model', unload: true })],
  [/\/load/, body => assert.deepEqual(body, { name: 'iris-model', load: true })],
];

suite('the guide to serving', () => {
  let program: Program;
  before(async () => {
    program = await serve([iris]);
  });
  after(() => program.stop());

  const curls = lines.filter(line => line.startsWith('curl '));
  test('has a line for each kind of question', () => {
    for (const [pattern] of answers)
      assert.ok(
        curls.some(line => pattern.test(line)),
        String(pattern),
      );
  });

  for (const line of curls) {
    test(line.slice(0, 100), () => {
      const here = line.replace('http://127.0.0.1:8080', program.url).replace('curl ', 'curl -sS ');
      const { stdout, stderr } = spawnSync('bash', ['-c', here], {
        cwd: dirname(iris),
        encoding: 'utf8',
      });
      const [, answer] = answers.find(([pattern]) => pattern.test(line)) ?? [];
      assert.ok(answer !== undefined, `nobody knows what is answered to ${line}`);
      assert.equal(stderr, '');
      answer(JSON.parse(stdout));
    });
  }

  for (const line of lines.filter(one => one.startsWith('davit '))) {
    test(line.slice(0, 100), () => {
      const [, name = '', rest = ''] = /^davit (\S+) ([^#]*)/.exec(line) ?? [];
      const command = commands.find(one => one.name === name);
      assert.ok(command !== undefined);
      const words = rest.trim().split(/\s+/);
      assert.doesNotThrow(() => parseCommandLine(command, words));
    });
  }

  test('a tensor per column is a request, with null as NaN', () => {
    const [columns = ''] = blocks.filter(({ text }) => text.includes('"pd"')).map(({ text }) => text);
    const { inputs, parameters } = decodeInferRequest(Buffer.from(columns), { maxRows: 10 });
    assert.equal(parameters?.['content_type'], 'pd');
    assert.deepEqual(
      inputs.map(({ name, data }) => [name, data]),
      [
        ['age', BigInt64Array.of(41n, 29n)],
        ['income', Float64Array.of(52_000, NaN)],
      ],
    );
  });

  test('the flags that it names are flags', () => {
    const text = readFileSync(page, 'utf8');
    const known = new Set(
      commands.flatMap(({ settings }) => Object.values(settings).flatMap(({ flags }) => flags)),
    );
    const named = Array.from(text.matchAll(/`(?:[a-z ]*)--([a-z][\w-]*)/g), ([, flag = '']) => flag);
    assert.ok(named.length > 10, `found ${named.length}`);
    // One of the agent's, which people do not start themselves.
    assert.deepEqual(
      named.filter(flag => !known.has(flag)),
      ['enable-puller'],
    );
  });
});
