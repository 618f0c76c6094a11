import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { sessionSettings } from './session.ts';

export const logsSettings = {
  ...sessionSettings,
  container: setting.text({
    default: undefined,
    flags: ['container'],
    placeholder: 'NAME',
    help: 'The container, when the pod has several; init containers among them.',
  }),
  follow: setting.switch({ default: false, flags: ['follow'], help: 'Print what is written meanwhile.' }),
  previous: setting.switch({
    default: false,
    flags: ['previous'],
    help: 'Of the attempt before, when the container was started again.',
  }),
  tail: setting.text({
    default: undefined,
    flags: ['tail'],
    placeholder: 'N',
    help: 'Only so many lines at the end; all without it, and with -1.',
  }),
  since: setting.text({
    default: undefined,
    flags: ['since'],
    placeholder: 'TIME',
    help: 'Only what was written in this time: 5s, 2m, 3h.',
  }),
  sinceTime: setting.text({
    default: undefined,
    flags: ['since-time'],
    placeholder: 'TIME',
    help: 'Only what was written since: 2026-11-25T12:00:00Z.',
  }),
  limitBytes: setting.text({
    default: undefined,
    flags: ['limit-bytes'],
    placeholder: 'N',
    help: 'Only so many bytes.',
  }),
  timestamps: setting.switch({ default: false, flags: ['timestamps'], help: 'The time before each line.' }),
};

export const logsCommand: Command = {
  name: 'logs',
  summary: 'Print what a container writes.',
  description:
    'Prints the log of a container of a pod, as kubectl logs does. Of something that has several pods, a ready one is taken; of an InferenceService, one of its predictor.',
  positionals: [
    {
      name: 'POD|TYPE/NAME',
      help: 'A pod, or whatever has pods: isvc/sklearn-iris, deployment/web.',
      required: true,
      many: true,
    },
  ],
  settings: logsSettings,
  shorts: { n: 'namespace', c: 'container', f: 'follow', p: 'previous' },
  examples: [
    { line: 'davit logs isvc/sklearn-iris', says: 'of an InferenceService’s model server' },
    { line: 'davit logs -f web --tail 10', says: 'the last lines of a pod, and those to come' },
    { line: 'davit logs isvc/sklearn-iris -c storage-initializer', says: 'how the model was fetched' },
  ],
};
