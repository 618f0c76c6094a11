import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { allNamespaces, chunkSize, files, recursive, selector, sessionSettings } from './session.ts';

export const describeSettings = {
  ...sessionSettings,
  files,
  recursive,
  allNamespaces,
  selector,
  chunkSize,
  showEvents: setting.switch({
    default: true,
    defaultText: 'on for one object, off for several',
    flags: ['show-events'],
    help: 'Also the events about the object.',
  }),
};

export const describeCommand: Command = {
  name: 'describe',
  summary: 'Tell everything about objects, with their events.',
  description:
    'Prints all fields of objects for people to read, and the events about them, as kubectl describe does. A name that no object has is taken for the beginning of names.',
  positionals: [
    {
      name: 'KIND',
      help: 'pods, svc, deployments.apps, pods,svc, or kind/name',
      required: false,
      many: false,
    },
    { name: 'NAME', help: 'names of objects, or how one begins', required: false, many: true },
  ],
  settings: describeSettings,
  shorts: { n: 'namespace', A: 'allNamespaces', f: 'files', R: 'recursive', l: 'selector' },
  examples: [
    { line: 'davit describe isvc sklearn-iris', says: 'one object, and what happened to it' },
    { line: 'davit describe pods -l app=web', says: 'those with a label' },
  ],
};
