import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { renderCompletion } from './completion.ts';
import { commands, renderHelp, runProgram, type Handlers, type Invocation } from './index.ts';
import { parseCommandLine } from './parse.ts';

const serve = commands.find(({ name }) => name === 'serve') as (typeof commands)[number];

async function type(
  words: readonly string[],
  handlers: Handlers = {},
): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    colour: false,
    input: () => Readable.from([]),
    env: {},
    version: '1.2.3',
  };
  const status = await runProgram(words, handlers, io);
  return { status, out, err };
}

function given({ given: flags }: Invocation): Record<string, string[]> {
  return Object.fromEntries([...flags].map(([name, texts]) => [name, texts.map(({ text }) => text)]));
}

test('flags are read in every spelling, with = or a space, dashes or underscores', () => {
  const words = [
    'a.joblib',
    '--http_port=1',
    '--model-name',
    'x',
    '--model_dir',
    'd',
    '--no-access-log',
    '--model',
    'p=q',
    '--model=r=s',
  ];
  const read = parseCommandLine(serve, words);
  assert.deepEqual(read.positionals, ['a.joblib']);
  assert.deepEqual(given(read), {
    httpPort: ['1'],
    modelName: ['x'],
    modelDir: ['d'],
    accessLog: ['false'],
    models: ['p=q', 'r=s'],
  });
});

test("the start line of KServe's containers is understood", () => {
  const read = parseCommandLine(serve, [
    '--model_name=iris',
    '--model_dir=/mnt/models',
    '--http_port=8080',
    '--enable_docs_url',
    'false',
    '--workers=2',
  ]);
  assert.deepEqual(given(read), {
    modelName: ['iris'],
    modelDir: ['/mnt/models'],
    httpPort: ['8080'],
    workers: ['2'],
  });
  assert.deepEqual(read.accepted, ['enable-docs-url']);
});

test('what follows -- is no flag', () => {
  assert.deepEqual(parseCommandLine(serve, ['--', '--odd_name.joblib']).positionals, ['--odd_name.joblib']);
});

for (const [words, wanted] of [
  [['serv', 'x'], 'there is no command "serv"; did you mean "davit serve"? (davit --help lists them)'],
  [
    ['help', 'inspekt'],
    'there is no command "inspekt"; did you mean "davit inspect"? (davit --help lists them)',
  ],
  [['serve', '--worker', '2'], 'davit serve has no flag --worker; did you mean --workers?'],
  [['serve', '--http-port'], '--http-port needs a value'],
  [['inspect'], 'davit inspect needs FILE: a model file, or a directory with exactly one'],
  [['inspect', 'a', 'b'], 'davit inspect takes 1 argument, found "b" more'],
] as const) {
  test(`usage: davit ${words.join(' ')}`, async () => {
    const parsing = {
      inspect: () => Promise.resolve(() => Promise.resolve(0)),
      serve: () => Promise.resolve(() => Promise.resolve(0)),
    };
    assert.deepEqual(await type(words, parsing), { status: 2, out: '', err: `davit: ${wanted}\n` });
  });
}

test('help goes to standard output, and names every flag and example', async () => {
  for (const command of commands) {
    const { status, out, err } = await type([command.name, '--help']);
    assert.deepEqual([status, err, out], [0, '', renderHelp(command)]);
    for (const row of Object.values(command.settings))
      assert.ok(out.includes(`--${row.flags[0]}`), row.flags[0]);
    for (const { line } of command.examples) assert.ok(out.includes(line), line);
  }
});

test('every example of a command parses', () => {
  for (const { examples } of commands) {
    for (const { line } of examples) {
      const [, name, rest = ''] = /davit (\w+) ?([^|)<>]*)/.exec(line) ?? [];
      const command = commands.find(one => one.name === name);
      assert.ok(command !== undefined, line);
      const words = rest
        .trim()
        .split(/\s+/)
        .filter(word => word !== '');
      assert.doesNotThrow(() => parseCommandLine(command, words), line);
    }
  }
});

test('the bash completion is bash, and knows commands and flags', () => {
  const script = `${renderCompletion('bash', commands)}
COMP_WORDS=(davit serve --max-); COMP_CWORD=2; _davit; echo "\${COMPREPLY[*]}"
COMP_WORDS=(davit in); COMP_CWORD=1; _davit; echo "\${COMPREPLY[*]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(stdout, '--max-model-memory --max-body --max-head --max-rows --max-connections\ninspect\n');
});
