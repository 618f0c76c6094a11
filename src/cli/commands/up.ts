import { levels } from '../../base/log/index.ts';
import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { doorSettings } from './door.ts';

/** Where the state of the cluster lies: shared by every command that is about it. */
export const dataDir = setting.text({
  default: '~/.davit',
  env: 'DAVIT_DATA_DIR',
  flags: ['data-dir'],
  placeholder: 'FOLDER',
  help: 'Folder with the state of the cluster, its keys and its kubeconfig.',
});

/** Who is who: settings of `davit up`. */
export const identitySettings = {
  noAuth: setting.switch({
    default: false,
    env: 'DAVIT_NO_AUTH',
    flags: ['no-auth'],
    help: 'Ask nobody who he is at the gateway, which then serves this machine alone. The Kubernetes API goes on asking.',
  }),
  dexConfig: setting.text({
    default: undefined,
    env: 'DAVIT_DEX_CONFIG',
    flags: ['dex-config'],
    placeholder: 'FILE',
    help: 'People, clients and lifetimes for the built-in issuer, from a config.yaml of Dex.',
  }),
  oidcIssuer: setting.text({
    default: undefined,
    env: 'DAVIT_OIDC_ISSUER',
    flags: ['oidc-issuer'],
    placeholder: 'URL',
    help: 'Let people log in at this OpenID issuer instead of the built-in one.',
  }),
  oidcClientId: setting.text({
    default: undefined,
    env: 'DAVIT_OIDC_CLIENT_ID',
    flags: ['oidc-client-id'],
    help: 'What the gateway is to the issuer of --oidc-issuer.',
  }),
  oidcClientSecretFile: setting.text({
    default: undefined,
    env: 'DAVIT_OIDC_CLIENT_SECRET_FILE',
    flags: ['oidc-client-secret-file'],
    placeholder: 'FILE',
    help: 'A file with the secret of --oidc-client-id.',
  }),
  oidcProgramClientId: setting.text({
    default: undefined,
    defaultText: 'davit-cli',
    env: 'DAVIT_OIDC_PROGRAM_CLIENT_ID',
    flags: ['oidc-program-client-id'],
    help: 'What davit login is to the issuer of --oidc-issuer: a public client that may lead back to any port of 127.0.0.1.',
  }),
  oidcUserClaim: setting.text({
    default: 'email',
    env: 'DAVIT_OIDC_USER_CLAIM',
    flags: ['oidc-user-claim'],
    help: 'The claim of --oidc-issuer that names people here.',
  }),
  oidcGroupsClaim: setting.text({
    default: 'groups',
    env: 'DAVIT_OIDC_GROUPS_CLAIM',
    flags: ['oidc-groups-claim'],
    help: 'The claim of --oidc-issuer that lists the groups of people.',
  }),
  sessionIdle: setting.duration({
    default: 86_400_000,
    defaultText: '24h',
    least: 60_000,
    env: 'DAVIT_SESSION_IDLE',
    flags: ['session-idle'],
    help: 'End a session that nobody has used for so long; after 24h each ends in any case. Up to a tenth more may pass.',
  }),
};

/** Settings of `davit up`. Times in milliseconds. */
export const upSettings = {
  dataDir,
  files: setting.list({
    default: [],
    flags: ['filename'],
    placeholder: 'FILE',
    help: 'Apply FILE (YAML or JSON, a folder, or -) once the cluster is up, and follow its InferenceServices until they are ready. Can be repeated.',
  }),
  try: setting.text({
    default: undefined,
    flags: ['try'],
    placeholder: 'FILE',
    help: 'Send FILE to the InferenceService of --filename once it is ready, and print the request and its answer.',
  }),
  host: setting.text({
    default: '127.0.0.1',
    env: 'DAVIT_API_HOST',
    flags: ['host'],
    placeholder: 'ADDRESS',
    help: 'Address of the Kubernetes API, and of the gateway unless --gateway-host names another; 0.0.0.0 opens them to the network.',
  }),
  port: setting.port({
    default: 6443,
    env: 'DAVIT_API_PORT',
    flags: ['port'],
    help: 'Port of the Kubernetes API; 0 lets the system choose.',
  }),
  addresses: setting.choice({
    default: 'auto',
    choices: ['auto', 'each', 'one'],
    env: 'DAVIT_ADDRESSES',
    flags: ['addresses'],
    help: 'each: pods and services each have an address, out of the two blocks. one: they share 127.0.0.1 and have ports of their own there, which their annotations davit.dev/ports and davit.dev/listens-on tell. auto: one where this machine does not have the addresses of pods (macOS).',
  }),
  serviceAddresses: setting.text({
    default: '127.96.0.0/16',
    env: 'DAVIT_SERVICE_ADDRESSES',
    flags: ['service-addresses'],
    placeholder: 'BLOCK',
    help: 'Block of addresses that services are given.',
  }),
  podAddresses: setting.text({
    default: '127.80.0.0/16',
    env: 'DAVIT_POD_ADDRESSES',
    flags: ['pod-addresses'],
    placeholder: 'BLOCK',
    help: 'Block of addresses that pods are given.',
  }),
  allowHostProcesses: setting.switch({
    default: false,
    env: 'DAVIT_ALLOW_HOST_PROCESSES',
    flags: ['allow-host-processes'],
    help: 'Run containers that have a command as processes of this machine, and let those of an engine have its folders (hostPath): they can do whatever you can.',
  }),
  containerEngine: setting.choice({
    default: 'auto',
    choices: ['auto', 'podman', 'docker', 'none'],
    env: 'DAVIT_CONTAINER_ENGINE',
    flags: ['container-engine'],
    help: 'What runs containers whose images Davit does not play. auto: Podman, else Docker with its daemon, for what is not run as a process; a name: that one, for all of them.',
  }),
  memoryLimits: setting.choice({
    default: 'auto',
    choices: ['auto', 'sampled'],
    env: 'DAVIT_MEMORY_LIMITS',
    flags: ['memory-limits'],
    help: 'How processes of pods are held to limits.memory. auto: by control groups of the kernel, where this process may make such; else, and with sampled, by looking at their resident memory.',
  }),
  apiOnly: setting.switch({
    default: false,
    flags: ['api-only'],
    help: 'Start the Kubernetes API and its controllers alone: no pod runs and nothing is routed.',
  }),
  ...doorSettings,
  ...identitySettings,
  tlsGenerate: setting.switch({
    default: false,
    env: 'DAVIT_TLS_GENERATE',
    flags: ['tls-generate'],
    help: 'Serve the gateway with a certificate of the cluster’s own authority, FOLDER/pki/ca.crt, which clients have to be told of.',
  }),
  grace: setting.duration({
    default: 10_000,
    defaultText: '10s',
    env: 'DAVIT_GRACE',
    flags: ['grace'],
    help: 'Time that running requests get to finish after SIGTERM.',
  }),
  auditLog: setting.text({
    default: undefined,
    flags: ['audit-log'],
    placeholder: 'FILE',
    help: 'Write a JSON line for each request to FILE: who, what, from where, the answer. - is standard error.',
  }),
  logLevel: setting.choice({
    default: 'info',
    choices: levels,
    env: 'DAVIT_LOG_LEVEL',
    flags: ['log-level'],
    help: 'Least level that is logged.',
  }),
  logFormat: setting.choice({
    default: 'auto',
    choices: ['auto', 'pretty', 'json'],
    env: 'DAVIT_LOG_FORMAT',
    flags: ['log-format'],
    help: 'auto is pretty on a terminal and JSON elsewhere.',
  }),
};

/** What a process of the platform needs to be one: who it is to the API, how it logs, when it ends. */
export const partSettings = {
  dataDir,
  kubeconfig: setting.text({
    default: undefined,
    flags: ['kubeconfig'],
    placeholder: 'FILE',
    help: 'How to reach the Kubernetes API, and as whom. Default: the kubeconfig of the data directory.',
  }),
  tied: setting.switch({
    default: false,
    flags: ['tied'],
    help: 'End when standard input ends: when the process that started this one is gone.',
  }),
  logLevel: upSettings.logLevel,
  logFormat: upSettings.logFormat,
};

export const upCommand: Command = {
  name: 'up',
  summary: 'Start the platform on this machine: a Kubernetes API, pods, services, a gateway.',
  description:
    'Starts a Kubernetes API with its store and controllers, the pods and services of this machine, and a gateway to InferenceServices; and writes a kubeconfig that kubectl, helm and every client library take. The state lives in one folder; Ctrl-C or davit down stops it with its pods, and the next davit up goes on from there. After it was killed, the next one finds its pods running.',
  positionals: [],
  settings: upSettings,
  shorts: { f: 'files' },
  examples: [
    { line: 'davit up -f sklearn-iris.yaml', says: 'and serve an InferenceService' },
    { line: 'davit up', says: 'in the foreground; https://127.0.0.1:6443' },
    { line: 'KUBECONFIG=$(davit kubeconfig --path) kubectl get namespaces', says: 'from another terminal' },
    {
      line: 'davit up --data-dir /tmp/try --port 0 --gateway-port 0 --service-addresses 127.97.0.0/16',
      says: 'a second cluster beside it',
    },
  ],
};

export const downSettings = {
  dataDir,
  wait: setting.duration({
    default: 30_000,
    defaultText: '30s',
    flags: ['wait'],
    help: 'How long to wait until it has stopped.',
  }),
};

export const downCommand: Command = {
  name: 'down',
  summary: 'Stop the cluster of this machine.',
  description:
    'Tells the process of davit up to stop and waits until it has. The state stays. Exit status 0 also when nothing runs.',
  positionals: [],
  settings: downSettings,
  examples: [{ line: 'davit down', says: 'the state stays in ~/.davit' }],
};

export const statusSettings = {
  dataDir,
  json: setting.switch({ default: false, flags: ['json'], help: 'Print one JSON object instead of text.' }),
};

export const statusCommand: Command = {
  name: 'status',
  summary: 'Tell whether the cluster of this machine is up, and what it serves.',
  description:
    'Prints where the Kubernetes API of this machine is, since when, and whether it answers; and of each InferenceService whether it is ready, its pods that run, and the memory that they take. Exit status 1 when it is not up.',
  positionals: [],
  settings: statusSettings,
  examples: [
    { line: 'davit status', says: 'for people' },
    { line: 'davit status --json | jq -r .server', says: 'for programs' },
  ],
};

export const kubeconfigSettings = {
  dataDir,
  path: setting.switch({
    default: false,
    flags: ['path'],
    help: 'Print the path of the file instead of what is in it.',
  }),
  user: setting.text({
    default: undefined,
    flags: ['user'],
    placeholder: 'EMAIL',
    help: 'Print one by which kubectl logs EMAIL in with davit login, instead of the administrator’s.',
  }),
};

export const kubeconfigCommand: Command = {
  name: 'kubeconfig',
  summary: 'Print the kubeconfig of the cluster of this machine.',
  description:
    'Prints the kubeconfig that davit up wrote: server, certificates, and a context whose namespace is kubeflow-user-example-com.',
  positionals: [],
  settings: kubeconfigSettings,
  examples: [
    { line: 'export KUBECONFIG=$(davit kubeconfig --path)', says: 'for this shell' },
    { line: 'davit kubeconfig > ~/.kube/davit', says: 'a copy' },
    { line: 'davit kubeconfig --user ada@example.com > ada.kubeconfig', says: 'for somebody who logs in' },
  ],
};

export const copySettings = { dataDir };

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Copy the state of the cluster into one file.',
  description:
    'Writes every object of a cluster into FILE, which is whole in itself and appears once it is; the cluster may run meanwhile. Keys, certificates, people and their tokens stay in the folder: what was revoked since must not come back.',
  positionals: [{ name: 'FILE', help: 'a file that is not there yet', required: true, many: false }],
  settings: copySettings,
  examples: [
    { line: 'davit backup monday.db', says: 'while it runs, or after davit down' },
    { line: 'davit backup try.db --data-dir /tmp/try', says: 'of another cluster' },
  ],
};

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Put a backup in the place of the state of the cluster.',
  description:
    'Makes the state of a cluster that is stopped what it was when davit backup wrote FILE. What was there is kept beside it, as state.db.replaced. Clients that saw later states list anew.',
  positionals: [{ name: 'FILE', help: 'what davit backup wrote', required: true, many: false }],
  settings: copySettings,
  examples: [
    { line: 'davit restore monday.db', says: 'after davit down' },
    { line: 'davit restore monday.db --data-dir /tmp/try', says: 'into another cluster' },
  ],
};
