import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { doorSettings } from './door.ts';
import { agentCommand, queueProxyCommand } from './sidecars.ts';
import { identitySettings, partSettings, upSettings } from './up.ts';

export { agentCommand, agentSettings, queueProxyCommand, queueProxySettings } from './sidecars.ts';

export const hostSettings = {
  ...partSettings,
  addresses: upSettings.addresses,
  podAddresses: upSettings.podAddresses,
  allowHostProcesses: upSettings.allowHostProcesses,
  containerEngine: upSettings.containerEngine,
  memoryLimits: upSettings.memoryLimits,
};

export const hostCommand: Command = {
  name: 'host',
  summary: 'Run the pods and services of this machine.',
  description:
    'What davit up starts beside the Kubernetes API: it turns pods that are scheduled here into processes, and makes the addresses of Services answer. It learns everything from the API.',
  positionals: [],
  settings: hostSettings,
  examples: [{ line: 'davit host --kubeconfig host.kubeconfig', says: 'beside davit up --api-only' }],
};

export const gatewaySettings = { ...partSettings, ...doorSettings, noAuth: identitySettings.noAuth };

export const gatewayCommand: Command = {
  name: 'gateway',
  summary: 'Lead requests to the services that they are for.',
  description:
    'What davit up starts beside the Kubernetes API: the way to InferenceServices by host name, by path, or by the name of a model in the path. It learns its routes from the API, and who is known from davit up.',
  positionals: [],
  settings: gatewaySettings,
  examples: [{ line: 'davit gateway --kubeconfig gateway.kubeconfig', says: 'beside davit up --api-only' }],
};

export const spareCommand: Command = {
  name: 'spare',
  summary: 'Wait for what to become.',
  description:
    'What davit host keeps ready: a process that has loaded a model server, and becomes the command that one line of JSON on its standard input says (words, folder, environment). It ends when its standard input ends before that.',
  positionals: [],
  settings: {},
  examples: [{ line: 'davit spare', says: 'started by davit host' }],
};

export const seatsSettings = {
  record: setting.text({
    default: undefined,
    flags: ['record'],
    placeholder: 'FOLDER',
    help: 'Where it is noted for whom threads work, for whoever finds this process ended. Default: the folder of the socket.',
  }),
  memory: setting.bytes({
    default: 768 * 1024 ** 2,
    flags: ['memory'],
    help: 'Resident memory of the process above which work that runs is given up.',
  }),
  logLevel: upSettings.logLevel,
  logFormat: upSettings.logFormat,
};

export const seatsCommand: Command = {
  name: 'seats',
  summary: 'Serve the models of many pods in one process.',
  description:
    'What davit host starts for small models: a process with a seat for each model server, which it is told of on a socket. Computing is done by threads that all of them share, and one that does not come back is ended.',
  positionals: [{ name: 'SOCKET', help: 'where the host is listened for', required: true, many: false }],
  settings: seatsSettings,
  examples: [{ line: 'davit seats /tmp/seats/socket', says: 'started by davit host' }],
};

export const storageInitializerCommand: Command = {
  name: 'storage-initializer',
  summary: 'Fetch models into folders, as the init container of a pod does.',
  description:
    'Takes pairs of a URI and a folder, as KServe’s storage initializer does, and its environment with credentials. Exit status 1 and one line on standard error when a model cannot be fetched.',
  positionals: [
    { name: 'SOURCE', help: 'a URI or a path', required: true, many: false },
    { name: 'DESTINATION', help: 'a folder; more pairs may follow', required: true, many: true },
  ],
  settings: {},
  examples: [
    { line: 'davit storage-initializer file:///srv/iris /tmp/iris', says: 'links, nothing is copied' },
  ],
};

/** Commands of processes that Davit starts by itself: they work when typed, and are not listed. */
export const parts: readonly Command[] = [
  hostCommand,
  gatewayCommand,
  storageInitializerCommand,
  spareCommand,
  seatsCommand,
  queueProxyCommand,
  agentCommand,
];
