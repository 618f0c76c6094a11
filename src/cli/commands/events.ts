import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { allNamespaces, sessionSettings } from './session.ts';

export const eventsSettings = {
  ...sessionSettings,
  allNamespaces,
  for: setting.text({
    default: undefined,
    flags: ['for'],
    placeholder: 'KIND/NAME',
    help: 'Only events about this object.',
  }),
  types: setting.list({
    default: [],
    flags: ['types'],
    placeholder: 'TYPE',
    help: 'Only events of these types: Normal, Warning.',
  }),
  watch: setting.switch({ default: false, flags: ['watch'], help: 'Print events as they come.' }),
  noHeaders: setting.switch({ default: false, flags: ['no-headers'], help: 'Leave out the headers.' }),
  output: setting.text({
    default: undefined,
    flags: ['output'],
    placeholder: 'FORMAT',
    help: 'yaml, json, name, or jsonpath=TEMPLATE.',
  }),
};

export const eventsCommand: Command = {
  name: 'events',
  summary: 'Print what happened to objects.',
  description: 'Prints the events of a namespace, the latest last, as kubectl events does.',
  positionals: [],
  settings: eventsSettings,
  shorts: { n: 'namespace', A: 'allNamespaces', w: 'watch', o: 'output' },
  examples: [
    { line: 'davit events', says: 'of the namespace' },
    { line: 'davit events --for isvc/sklearn-iris --types Warning', says: 'what went wrong with one object' },
    { line: 'davit events -A -w', says: 'everywhere, as they come' },
  ],
};
