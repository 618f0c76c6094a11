import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { sessionSettings } from './session.ts';
import { passwordStdin } from './people.ts';

const { context, kubeconfig, dataDir } = sessionSettings;

export const loginSettings = {
  issuer: setting.text({
    default: undefined,
    env: 'DAVIT_LOGIN_ISSUER',
    flags: ['issuer'],
    placeholder: 'URL',
    help: 'The issuer to log in at. Default: the one that the cluster of the kubeconfig names.',
  }),
  clientId: setting.text({
    default: 'davit-cli',
    env: 'DAVIT_LOGIN_CLIENT_ID',
    flags: ['client-id'],
    help: 'What this command is to the issuer.',
  }),
  user: setting.text({
    default: undefined,
    env: 'DAVIT_LOGIN_USER',
    flags: ['user'],
    placeholder: 'EMAIL',
    help: 'Who logs in; logins of several people are kept beside each other.',
  }),
  passwordStdin,
  browser: setting.switch({
    default: true,
    env: 'DAVIT_LOGIN_BROWSER',
    flags: ['browser'],
    help: 'Open a browser; with --no-browser the address is printed only.',
  }),
  cache: setting.text({
    default: '~/.cache/davit/login',
    env: 'DAVIT_LOGIN_CACHE',
    flags: ['cache'],
    placeholder: 'FOLDER',
    help: 'Folder that logins are kept in, for you alone.',
  }),
  printToken: setting.switch({
    default: false,
    flags: ['print-token'],
    help: 'Print the ID token and nothing else.',
  }),
  forget: setting.switch({
    default: false,
    flags: ['forget'],
    help: 'Forget the login that is kept, and log nobody in.',
  }),
  context,
  kubeconfig,
  dataDir,
};

export const loginCommand: Command = {
  name: 'login',
  summary: 'Log in, for kubectl and for this machine’s programs.',
  description:
    'Opens a browser at the issuer, waits on a port of this machine for what comes back, and keeps the login, which renews itself. Where there is no browser a password is read from standard input. kubectl starts this command by itself with the file that davit kubeconfig --user writes.',
  positionals: [],
  settings: loginSettings,
  examples: [
    { line: 'davit login', says: 'with a browser' },
    { line: 'davit login --user ada@example.com --password-stdin < password', says: 'without one' },
    {
      line: 'davit kubeconfig --user ada@example.com > ada.kubeconfig',
      says: 'kubectl --kubeconfig ada.kubeconfig logs in when it needs to',
    },
    {
      line: 'curl -H "Authorization: Bearer $(davit login --print-token)" http://localhost:8080/v1/models/iris',
      says: 'as yourself',
    },
  ],
};
