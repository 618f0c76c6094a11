import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { sessionSettings } from './session.ts';
import { json } from './user.ts';

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
