import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import { commands, parseCommandLine } from '../../cli/index.ts';
import { controller } from './command.ts';

const io = {
  out: () => {},
  err: () => {},
  colour: false,
  input: () => process.stdin,
  env: {},
  version: '0',
};

for (const [what, words, told] of [
  ['a certificate without its key', ['--webhook-certificate', '/nowhere.crt'], /^--webhook-key is missing/],
  ['a key without its certificate', ['--webhook-key', '/nowhere.key'], /^--webhook-certificate is missing/],
  [
    'a certificate that is not there',
    ['--webhook-certificate', '/nowhere.crt', '--webhook-key', '/nowhere.key'],
    /ENOENT/,
  ],
] as const) {
  test(`${what} is refused before anything is started`, async () => {
    const command = commands.find(({ name }) => name === 'controller');
    assert.ok(command !== undefined, 'it is listed');
    await assert.rejects(
      controller(parseCommandLine(command, words), io),
      error =>
        error instanceof CodedError && error.code === 'webhook-certificate' && told.test(error.message),
    );
  });
}
