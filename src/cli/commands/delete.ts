import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { allNamespaces, fieldSelector, files, recursive, selector, sessionSettings } from './session.ts';

export const deleteSettings = {
  ...sessionSettings,
  files,
  recursive,
  allNamespaces,
  selector,
  fieldSelector,
  all: setting.switch({ default: false, flags: ['all'], help: 'All objects of the kind in the namespace.' }),
  cascade: setting.choice({
    default: 'background',
    choices: ['background', 'foreground', 'orphan'],
    flags: ['cascade'],
    help: 'What becomes of objects that belong to a deleted one: deleted after it, before it, or kept.',
  }),
  wait: setting.switch({
    default: true,
    flags: ['wait'],
    help: 'Wait until the objects are gone.',
  }),
  timeout: setting.text({
    default: '0s',
    flags: ['timeout'],
    placeholder: 'TIME',
    help: 'How long to wait; 0s is without end.',
  }),
  gracePeriod: setting.whole({
    default: undefined,
    flags: ['grace-period'],
    placeholder: 'SECONDS',
    help: 'Time that an object gets to end; 0 deletes it from the API at once.',
  }),
  force: setting.switch({
    default: false,
    flags: ['force'],
    help: 'Delete from the API at once, without waiting for what runs.',
  }),
  ignoreNotFound: setting.switch({
    default: false,
    flags: ['ignore-not-found'],
    help: 'Objects that do not exist are no failure.',
  }),
  dryRun: setting.choice({
    default: 'none',
    choices: ['none', 'server'],
    flags: ['dry-run'],
    help: 'server: let the server check and answer, but delete nothing.',
  }),
  output: setting.text({
    default: undefined,
    flags: ['output'],
    placeholder: 'FORMAT',
    help: 'name: print kind and name alone.',
  }),
};

export const deleteCommand: Command = {
  name: 'delete',
  summary: 'Delete objects of the cluster.',
  description:
    'Deletes objects as kubectl delete does: those of files, those that are named, or those that a selector or --all chooses; says of each that it is deleted, and waits until all are gone.',
  positionals: [
    {
      name: 'KIND',
      help: 'pods, svc, deployments.apps, pods,svc, or kind/name',
      required: false,
      many: false,
    },
    { name: 'NAME', help: 'names of objects', required: false, many: true },
  ],
  settings: deleteSettings,
  shorts: {
    n: 'namespace',
    A: 'allNamespaces',
    f: 'files',
    R: 'recursive',
    l: 'selector',
    o: 'output',
  },
  examples: [
    { line: 'davit delete -f sklearn-iris.yaml', says: 'what a file holds' },
    { line: 'davit delete isvc sklearn-iris', says: 'by kind and name' },
    { line: 'davit delete pods,svc -l app=web --wait=false', says: 'by label, without waiting' },
    { line: 'davit delete deploy web --cascade orphan', says: 'but keep its pods' },
  ],
};
