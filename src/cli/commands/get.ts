import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import {
  allNamespaces,
  chosenOutput,
  chunkSize,
  fieldSelector,
  files,
  recursive,
  selector,
  sessionSettings,
} from './session.ts';

export const getSettings = {
  ...sessionSettings,
  allNamespaces,
  selector,
  fieldSelector,
  output: chosenOutput,
  chunkSize,
  sortBy: setting.text({
    default: undefined,
    flags: ['sort-by'],
    placeholder: 'PATH',
    help: 'Sort by a field: .metadata.creationTimestamp.',
  }),
  files,
  recursive,
  watch: setting.switch({ default: false, flags: ['watch'], help: 'Go on printing what changes.' }),
  watchOnly: setting.switch({
    default: false,
    flags: ['watch-only'],
    help: 'Print only what changes from now on.',
  }),
  outputWatchEvents: setting.switch({
    default: false,
    flags: ['output-watch-events'],
    help: 'Say of each line of a watch whether it was added, modified or deleted.',
  }),
  noHeaders: setting.switch({
    default: false,
    flags: ['no-headers'],
    help: 'Leave out the headers of tables.',
  }),
  showLabels: setting.switch({
    default: false,
    flags: ['show-labels'],
    help: 'A last column with all labels.',
  }),
  showKind: setting.switch({ default: false, flags: ['show-kind'], help: 'The kind before each name.' }),
  labelColumns: setting.list({
    default: [],
    flags: ['label-columns'],
    placeholder: 'LABEL',
    help: 'A column for a label; may be repeated.',
  }),
  ignoreNotFound: setting.switch({
    default: false,
    flags: ['ignore-not-found'],
    help: 'Objects that do not exist are no failure.',
  }),
  showManagedFields: setting.switch({
    default: false,
    flags: ['show-managed-fields'],
    help: 'Keep metadata.managedFields in JSON and YAML.',
  }),
};

export const getCommand: Command = {
  name: 'get',
  summary: 'Print objects of the cluster.',
  description:
    'Prints objects as kubectl get does. A kind is named by its plural, singular, short name or kind, with its group where that is needed (deployments.apps); several with commas; all means the usual ones. Without names every object of the kind is printed.',
  positionals: [
    {
      name: 'KIND',
      help: 'pods, svc, deployments.apps, pods,svc, or kind/name',
      required: false,
      many: false,
    },
    { name: 'NAME', help: 'names of objects', required: false, many: true },
  ],
  settings: getSettings,
  shorts: {
    n: 'namespace',
    A: 'allNamespaces',
    l: 'selector',
    o: 'output',
    f: 'files',
    R: 'recursive',
    w: 'watch',
    L: 'labelColumns',
  },
  examples: [
    { line: 'davit get pods', says: 'the pods of the namespace' },
    { line: 'davit get deploy,svc -A -o wide', says: 'two kinds, everywhere, with more columns' },
    { line: 'davit get isvc sklearn-iris -o yaml', says: 'one object, whole' },
    { line: 'davit get pods -l app=web -w', says: 'those with a label, and what becomes of them' },
    { line: 'davit get svc web -o jsonpath={.spec.clusterIP}', says: 'one field' },
    {
      line: 'davit get pods -o custom-columns=POD:.metadata.name,NODE:.spec.nodeName --sort-by .spec.nodeName',
      says: 'columns of one’s own, sorted by a field',
    },
  ],
};
