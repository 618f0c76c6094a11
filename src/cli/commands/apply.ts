import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { files, recursive, sessionSettings } from './session.ts';

export const applySettings = {
  ...sessionSettings,
  files,
  recursive,
  serverSide: setting.switch({
    default: false,
    flags: ['server-side'],
    help: 'Answer as kubectl apply --server-side does, and fail where another manager owns a field with another value.',
  }),
  forceConflicts: setting.switch({
    default: false,
    flags: ['force-conflicts'],
    help: 'With --server-side: take over fields that others own.',
  }),
  fieldManager: setting.text({
    default: 'davit',
    flags: ['field-manager'],
    placeholder: 'NAME',
    help: 'Who owns the fields that are applied.',
  }),
  dryRun: setting.choice({
    default: 'none',
    choices: ['none', 'server'],
    flags: ['dry-run'],
    help: 'server: let the server check and answer, but keep nothing.',
  }),
  validate: setting.choice({
    default: 'strict',
    choices: ['strict', 'warn', 'ignore'],
    flags: ['validate'],
    help: 'What becomes of fields that the server does not know.',
  }),
  output: setting.text({
    default: undefined,
    flags: ['output'],
    placeholder: 'FORMAT',
    help: 'yaml, json, name, or jsonpath=TEMPLATE: print the objects instead of what became of them.',
  }),
};

export const applyCommand: Command = {
  name: 'apply',
  summary: 'Create or change objects to be as files say.',
  description:
    'Applies objects on the server (server-side apply) by the manager davit, and says of each whether it was created, configured or unchanged. Fields that a file leaves out but an earlier apply set are removed; fields that others set stay, and give way where the file has another value.',
  positionals: [],
  settings: applySettings,
  shorts: { n: 'namespace', f: 'files', R: 'recursive', o: 'output' },
  examples: [
    { line: 'davit apply -f sklearn-iris.yaml', says: 'a file' },
    { line: 'davit apply -f manifests/ --dry-run=server', says: 'what a folder would change' },
    { line: 'cat web.yaml | davit apply -n shop -f -', says: 'from a pipe, into a namespace' },
  ],
};
