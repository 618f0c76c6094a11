import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { sessionSettings } from './session.ts';

export const predictSettings = {
  ...sessionSettings,
  model: setting.text({
    default: undefined,
    flags: ['model'],
    placeholder: 'NAME',
    help: 'The model to ask: the InferenceService’s own name, or the only model of a server, unless given.',
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
  summary: 'Send a request to an InferenceService or a running server and print the answer.',
  description:
    'Sends a V1 or V2 request, whichever the file holds, and prints the answer’s JSON. With NAME it asks that InferenceService of the cluster through its gateway, else the server at --url. Exit status 1 when an error is answered, which goes to standard error.',
  positionals: [
    {
      name: 'NAME',
      help: 'an InferenceService; without it a server of davit serve',
      required: false,
      many: false,
    },
  ],
  settings: predictSettings,
  shorts: { m: 'model', f: 'file', n: 'namespace' },
  examples: [
    {
      line: 'davit predict sklearn-iris -n kserve-test -f iris-input.json',
      says: 'an InferenceService of a namespace',
    },
    { line: 'davit predict -m iris-model -f iris-input.json', says: 'a V2 request from a file' },
    {
      line: `echo '{"instances": [[6.8, 2.8, 4.8, 1.4]]}' | davit predict -m iris-model -f -`,
      says: 'a V1 request from a pipe',
    },
  ],
};
