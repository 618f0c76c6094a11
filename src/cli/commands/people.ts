import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { json, sessionSettings } from './session.ts';

const { context, kubeconfig, dataDir } = sessionSettings;

export const passwordStdin = setting.switch({
  default: false,
  flags: ['password-stdin'],
  help: 'Read the password from standard input instead of asking for it on the terminal.',
});

export const userSettings = {
  context,
  kubeconfig,
  dataDir,
  username: setting.text({
    default: undefined,
    flags: ['username'],
    help: 'With add: what the person is called in tokens. Default: what the address has before its @.',
  }),
  groups: setting.list({
    default: [],
    flags: ['group'],
    placeholder: 'GROUP',
    help: 'With add: a group of the person; may be repeated.',
  }),
  passwordStdin,
  json,
};

export const userCommand: Command = {
  name: 'user',
  summary: 'Add, list and remove the people who log in with a password.',
  description:
    'Asks the cluster, as an administrator: with the kubeconfig that davit up wrote. A password is asked for without being shown, or read from standard input, and never stands on the command line. passwd ends the sessions of the person, remove also the API tokens, both within a second in every gateway. People of the file of --dex-config are listed, and changed there.',
  positionals: [
    { name: 'add|list|passwd|remove', help: 'what to do', required: true, many: false },
    { name: 'EMAIL', help: 'the person', required: false, many: false },
  ],
  settings: userSettings,
  examples: [
    { line: 'davit user add ada@example.com --group research', says: 'asks for the password twice' },
    { line: 'davit user passwd user@example.com --password-stdin < new-password', says: 'from a file' },
    { line: 'davit user list', says: 'everybody' },
    { line: 'davit user remove ada@example.com', says: 'with sessions and tokens' },
  ],
};

export const tokenSettings = {
  ...sessionSettings,
  namespace: setting.text({
    default: undefined,
    flags: ['namespace'],
    placeholder: 'NAME',
    help: 'With create: the only namespace that the token is good for. Default: all that the person may use.',
  }),
  name: setting.text({
    default: undefined,
    flags: ['name'],
    help: 'With create: what the token is called in lists. Default: made up.',
  }),
  expires: setting.text({
    default: '30d',
    flags: ['expires'],
    placeholder: 'TIME',
    help: 'With create: how long the token is good: 1h, 30d, at most 366d.',
  }),
  scope: setting.text({
    default: 'predict',
    flags: ['scope'],
    placeholder: 'VERBS',
    help: 'With create: what the token is good for, a list of predict (call models), read and write (the Kubernetes API).',
  }),
  user: setting.text({
    default: undefined,
    flags: ['user'],
    placeholder: 'EMAIL',
    help: 'Whose token is meant, instead of your own; for administrators. With their kubeconfig: the only person there is, and with list everybody.',
  }),
  json,
};

export const tokenCommand: Command = {
  name: 'token',
  summary: 'Make, list and revoke API tokens.',
  description:
    'An API token is a bearer token for programs: of a person, for a while, and for less than the person may do. create prints it once, on standard output alone; only its digest is kept. A token that is revoked is refused by every gateway within a second.',
  positionals: [
    { name: 'create|list|revoke', help: 'what to do', required: true, many: false },
    { name: 'TOKEN', help: 'with revoke: the name or the id of the token', required: false, many: false },
  ],
  settings: tokenSettings,
  shorts: { n: 'namespace' },
  examples: [
    { line: 'davit token create --name ci --expires 90d', says: 'to call models' },
    {
      line: 'curl -H "Authorization: Bearer $(davit token create --expires 1h)" http://localhost:8080/v1/models/iris',
      says: 'for an hour',
    },
    {
      line: 'davit token create --scope read,write -n team-a --user ada@example.com',
      says: 'for kubectl --token, in one namespace',
    },
    { line: 'davit token list', says: 'with when each was last used' },
    { line: 'davit token revoke ci', says: 'by name or id' },
  ],
};
