import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { allNamespaces, fieldSelector, files, recursive, selector, sessionSettings } from './session.ts';

export const waitSettings = {
  ...sessionSettings,
  files,
  recursive,
  allNamespaces,
  selector,
  fieldSelector,
  all: setting.switch({ default: false, flags: ['all'], help: 'All objects of the kind in the namespace.' }),
  for: setting.list({
    default: [],
    flags: ['for'],
    placeholder: 'WHAT',
    help: 'delete, create, condition=NAME[=VALUE], or jsonpath=PATH[=VALUE].',
  }),
  timeout: setting.text({
    default: '30s',
    flags: ['timeout'],
    placeholder: 'TIME',
    help: 'How long to wait for each; 0s looks once, below zero waits a week.',
  }),
  output: setting.text({
    default: undefined,
    flags: ['output'],
    placeholder: 'FORMAT',
    help: 'yaml, json, name, or jsonpath=TEMPLATE: print the objects.',
  }),
};

export const waitCommand: Command = {
  name: 'wait',
  summary: 'Wait until objects are as wanted.',
  description:
    'Waits until each object has a condition, a field has a value, or the object is gone, as kubectl wait does. Exit status 1 when the time is up.',
  positionals: [
    { name: 'KIND', help: 'pods, deployments.apps, or kind/name', required: false, many: false },
    { name: 'NAME', help: 'names of objects', required: false, many: true },
  ],
  settings: waitSettings,
  shorts: {
    n: 'namespace',
    A: 'allNamespaces',
    f: 'files',
    R: 'recursive',
    l: 'selector',
    o: 'output',
  },
  examples: [
    { line: 'davit wait --for=condition=Ready isvc/sklearn-iris', says: 'until it serves' },
    { line: 'davit wait --for=delete pod/web-0 --timeout=1m', says: 'until it is gone' },
    {
      line: 'davit wait --for=jsonpath={.status.readyReplicas}=2 deploy/web',
      says: 'until a field has a value',
    },
  ],
};
