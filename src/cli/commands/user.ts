import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { sessionSettings } from './session.ts';

const { context, kubeconfig, dataDir } = sessionSettings;

export const json = setting.switch({
  default: false,
  flags: ['json'],
  help: 'Print JSON instead of a table.',
});

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
