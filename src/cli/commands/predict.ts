import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';

export const predictSettings = {
  model: setting.text({
    default: undefined,
    flags: ['model'],
    placeholder: 'NAME',
    help: 'The model to ask. Needed unless the server has only one.',
  }),
  file: setting.text({
    default: undefined,
    flags: ['file'],
    placeholder: 'FILE',
    help: 'The request: JSON with "inputs" (V2) or "instances" (V1); - reads standard input.',
  }),
  url: setting.text({
    default: 'http://127.0.0.1:8080',
    env: 'DAVIT_URL',
    flags: ['url'],
    placeholder: 'URL',
    help: 'Where the server is.',
  }),
};

export const predictCommand: Command = {
  name: 'predict',
  summary: 'Send a request to a running server and print the answer.',
  description:
    'Sends a V1 or V2 request, whichever the file holds, and prints the answer’s JSON. Exit status 1 when the server answers an error, which goes to standard error.',
  positionals: [],
  settings: predictSettings,
  shorts: { m: 'model', f: 'file' },
  examples: [
    { line: 'davit predict -m iris-model -f iris-input.json', says: 'a V2 request from a file' },
    {
      line: `echo '{"instances": [[6.8, 2.8, 4.8, 1.4]]}' | davit predict -m iris-model -f -`,
      says: 'a V1 request from a pipe',
    },
  ],
};
