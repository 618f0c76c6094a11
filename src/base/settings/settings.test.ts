import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../errors/index.ts';
import { readSettings, setting, type Given } from './index.ts';

const table = {
  port: setting.port({ default: 8080, env: 'PORT', flags: ['http-port', 'http_port'], help: '' }),
  body: setting.bytes({ default: 1, env: 'BODY', flags: ['body'], help: '' }),
  wait: setting.duration({ default: 1, env: 'WAIT', flags: ['wait'], help: '' }),
  address: setting.text({
    default: 'here',
    env: 'ADDRESS',
    flags: ['address'],
    placeholder: 'ADDRESS',
    help: '',
  }),
  loud: setting.switch({ default: false, env: 'LOUD', flags: ['loud'], help: '' }),
  level: setting.choice({
    default: 'low',
    choices: ['low', 'high'],
    env: 'LEVEL',
    flags: ['level'],
    help: '',
  }),
  models: setting.list({ default: [], env: 'MODELS', flags: ['model'], help: '' }),
};

const none: Given = new Map();

test('the flag wins over the variable, and that over the default', () => {
  const given: Given = new Map([['port', [{ flag: 'http-port', text: '1' }]]]);
  assert.equal(readSettings(table, given, { PORT: '2' }).port, 1);
  assert.equal(readSettings(table, none, { PORT: '2' }).port, 2);
  assert.equal(readSettings(table, none, {}).port, 8080);
});

test('sizes, times, switches, choices and lists are read in their usual spellings', () => {
  const read = (env: Record<string, string>): ReturnType<typeof readSettings<typeof table>> =>
    readSettings(table, none, env);
  assert.deepEqual(
    ['64MiB', '1.5GB', '10', '2Gi', '3k'].map(BODY => read({ BODY }).body),
    [67_108_864, 1_500_000_000, 10, 2_147_483_648, 3000],
  );
  assert.deepEqual(
    ['250ms', '30s', '5m', '2'].map(WAIT => read({ WAIT }).wait),
    [250, 30_000, 300_000, 2000],
  );
  assert.deepEqual(
    ['true', '1', 'off', 'No'].map(LOUD => read({ LOUD }).loud),
    [true, true, false, false],
  );
  assert.equal(read({ LEVEL: 'HIGH' }).level, 'high');
  assert.deepEqual(read({ MODELS: 'a,b' }).models, ['a', 'b']);
  const given: Given = new Map([
    [
      'models',
      [
        { flag: 'model', text: 'a' },
        { flag: 'model', text: 'b' },
      ],
    ],
  ]);
  assert.deepEqual(readSettings(table, given, {}).models, ['a', 'b']);
});

for (const [env, wanted] of [
  [{ PORT: '70000' }, 'PORT: found "70000", expected a whole number from 0 to 65535'],
  [{ PORT: '80a' }, 'PORT: found "80a", expected a whole number from 0 to 65535'],
  [{ BODY: '5 parsecs' }, 'BODY: found "5 parsecs", expected a number of bytes such as 64MiB, 1.5GB or 1000'],
  [{ WAIT: '-1s' }, 'WAIT: found "-1s", expected a time such as 250ms, 30s or 5m, at most 596h'],
  [{ WAIT: '600h' }, 'WAIT: found "600h", expected a time such as 250ms, 30s or 5m, at most 596h'],
  [
    { BODY: '9999999TiB' },
    'BODY: found "9999999TiB", expected a number of bytes such as 64MiB, 1.5GB or 1000',
  ],
  [{ LOUD: 'maybe' }, 'LOUD: found "maybe", expected true or false'],
  [{ LEVEL: 'mid' }, 'LEVEL: found "mid", expected one of low, high'],
] as const) {
  test(`a wrong value is refused: ${Object.entries(env).join()}`, () => {
    assert.throws(
      () => readSettings(table, none, env),
      (error: unknown) =>
        error instanceof CodedError && error.code === 'setting-invalid' && error.message === wanted,
    );
  });
}

test('a flag with an empty text is refused; an empty variable counts as unset', () => {
  const empty: Given = new Map([['address', [{ flag: 'address', text: '' }]]]);
  assert.throws(
    () => readSettings(table, empty, {}),
    /--address: found "", expected a value that is not empty/,
  );
  assert.equal(readSettings(table, none, { ADDRESS: '' }).address, 'here');
});
