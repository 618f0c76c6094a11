import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { serveSettings } from './serve.ts';

/** What both of them have. */
const common = {
  host: setting.text({
    default: undefined,
    flags: ['host'],
    placeholder: 'ADDRESS',
    help: 'Address of the pod: what is listened on, and where the container is. Default: SERVING_POD_IP, or 127.0.0.1.',
  }),
  podIp: setting.text({
    default: '127.0.0.1',
    env: 'SERVING_POD_IP',
    flags: ['pod-ip'],
    placeholder: 'ADDRESS',
    help: 'Address of the pod, where --host does not say it.',
  }),
  readinessProbe: setting.text({
    default: undefined,
    env: 'SERVING_READINESS_PROBE',
    flags: ['readiness-probe'],
    placeholder: 'JSON',
    help: 'The probe of the container, as Kubernetes writes it.',
  }),
  quiet: setting.duration({
    default: 1000,
    defaultText: '1s',
    env: 'DAVIT_DRAIN_QUIET',
    flags: ['quiet'],
    help: 'Time without a request after which a pod that ends is taken to get no further ones.',
  }),
  guard: serveSettings.guard,
  grace: serveSettings.grace,
  logLevel: serveSettings.logLevel,
  logFormat: serveSettings.logFormat,
};

/** Seconds as Knative tells them; 0 is no limit. */
const seconds = (env: string, flag: string, preset: number, help: string) =>
  setting.whole({ default: preset, most: 2_000_000, env, flags: [flag], placeholder: 'SECONDS', help });

/** Settings of `davit queue-proxy`: the environment of Knative’s (pkg/queue/sharedmain), and ports that it has fixed. */
export const queueProxySettings = {
  ...common,
  servingPort: setting.port({
    default: 8012,
    env: 'QUEUE_SERVING_PORT',
    flags: ['serving-port'],
    help: 'Port for requests, HTTP/1.1 and h2c.',
  }),
  userPort: setting.port({
    default: 8080,
    env: 'USER_PORT',
    flags: ['user-port'],
    help: 'Port of the container behind.',
  }),
  concurrency: setting.whole({
    default: 0,
    most: 1_000_000,
    env: 'CONTAINER_CONCURRENCY',
    flags: ['container-concurrency'],
    help: 'Requests that the container gets at once; ten times as many wait. 0 is no limit.',
  }),
  timeout: seconds('REVISION_TIMEOUT_SECONDS', 'timeout', 300, 'For the whole of a request; 0 is no limit.'),
  startTimeout: seconds(
    'REVISION_RESPONSE_START_TIMEOUT_SECONDS',
    'response-start-timeout',
    0,
    'For an answer to begin; 0 is no limit.',
  ),
  idleTimeout: seconds(
    'REVISION_IDLE_TIMEOUT_SECONDS',
    'idle-timeout',
    0,
    'Between two parts of an answer; 0 is no limit.',
  ),
  pod: setting.text({
    default: undefined,
    env: 'SERVING_POD',
    flags: ['pod'],
    placeholder: 'NAME',
    help: 'Name of the pod, which an autoscaler is told.',
  }),
  adminPort: setting.port({ default: 8022, flags: ['admin-port'], help: 'Port of /wait-for-drain.' }),
  statPort: setting.port({
    default: 9090,
    flags: ['stat-port'],
    help: 'Port of what an autoscaler scrapes.',
  }),
  metricsPort: setting.port({ default: 9091, flags: ['metrics-port'], help: 'Port of /metrics for people.' }),
};

export const queueProxyCommand: Command = {
  name: 'queue-proxy',
  summary: 'Limit and count the requests of a pod.',
  description:
    'What stands before a container that is not Davit’s own, with the environment of Knative’s queue-proxy: QUEUE_SERVING_PORT, USER_PORT, CONTAINER_CONCURRENCY, REVISION_TIMEOUT_SECONDS and so on. HTTP/1.1, HTTP/2 and WebSockets pass.',
  positionals: [],
  settings: queueProxySettings,
  examples: [
    {
      line: 'davit queue-proxy --serving-port 8012 --user-port 8080 --container-concurrency 1',
      says: 'one request at a time',
    },
  ],
};

const text = (flag: string, help: string) =>
  setting.text({ default: undefined, flags: [flag], placeholder: 'TEXT', help });

/** Settings of `davit agent`: the flags of KServe’s (cmd/agent). */
export const agentSettings = {
  ...common,
  port: setting.port({ default: 9081, flags: ['port'], help: 'Port for requests, HTTP/1.1 and h2c.' }),
  componentPort: setting.port({
    default: 8080,
    flags: ['component-port'],
    help: 'Port of the container behind.',
  }),
  enableBatcher: setting.switch({ default: false, flags: ['enable-batcher'], help: 'Batch requests.' }),
  maxBatchSize: setting.whole({
    default: 32,
    least: 1,
    flags: ['max-batchsize'],
    help: 'Most instances of a batch.',
  }),
  maxLatency: setting.whole({
    default: 5000,
    least: 1,
    most: 2_000_000_000,
    flags: ['max-latency'],
    placeholder: 'MILLISECONDS',
    help: 'How long the first request of a batch waits for others.',
  }),
  logUrl: text('log-url', 'Where requests and answers are told as CloudEvents: http, https or file.'),
  logMode: setting.choice({
    default: 'all',
    choices: ['all', 'request', 'response'],
    flags: ['log-mode'],
    help: 'What is told.',
  }),
  sourceUri: text('source-uri', 'Source of the events.'),
  inferenceService: text('inference-service', 'InferenceService of the events.'),
  namespace: text('namespace', 'Namespace of the events.'),
  endpoint: text('endpoint', 'Endpoint of the events.'),
  component: text('component', 'Component of the events.'),
  metadataHeaders: setting.list({
    default: [],
    flags: ['metadata-headers'],
    help: 'Header fields of requests that are told.',
  }),
  metadataAnnotations: setting.list({
    default: [],
    flags: ['metadata-annotations'],
    placeholder: 'NAME=VALUE',
    help: 'Annotations that are told.',
  }),
  caCertFile: text(
    'logger-ca-cert-file',
    'Authorities of an https sink: a file, or a name in /etc/tls/certs.',
  ),
  tlsSkipVerify: setting.switch({
    default: false,
    flags: ['logger-tls-skip-verify'],
    help: 'Believe an https sink whatever its certificate.',
  }),
  enablePuller: setting.switch({
    default: false,
    flags: ['enable-puller'],
    help: 'Bring the models of a list to a server of several models, and have it load and unload them.',
  }),
  configDir: setting.text({
    default: '/mnt/configs',
    flags: ['config-dir'],
    placeholder: 'DIR',
    help: 'Folder with the list of models, models.json; looked at for changes.',
  }),
  modelDir: setting.text({
    default: '/mnt/models',
    flags: ['model-dir'],
    placeholder: 'DIR',
    help: 'Folder that the server has too (davit serve --model-repository): each model is brought to a folder of its name below it.',
  }),
};

const unused = 'events are sent one by one, and not to object stores';

/**
 * The words of KServe’s controller: it gives empty values for what is not set, and the value of a switch as a word of its own, which
 * KServe’s agent never reads.
 */
function agentWords(words: readonly string[]): string[] {
  const read: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const next = words[at + 1];
    const isFlag = word.startsWith('--') && !word.includes('=');
    if (isFlag && next === '') at++;
    else if (isFlag && (next === 'true' || next === 'false')) {
      read.push(`${word}=${next}`);
      at++;
    } else if (!/^--[^=]+=$/.test(word)) read.push(word);
  }
  return read;
}

export const agentCommand: Command = {
  name: 'agent',
  summary: 'Batch and log the requests of a pod, and bring its models.',
  description:
    'What stands before a container that is not Davit’s own, with the flags of KServe’s agent: batches V1 and V2 requests, tells requests and answers as CloudEvents, and brings the models of a list to a server of several.',
  positionals: [],
  settings: agentSettings,
  rewrite: agentWords,
  accepted: [
    { flag: 'workers', takesValue: true, why: 'deliveries at the same time are fixed' },
    { flag: 'probe-period', takesValue: true, why: 'the probe is asked as often as the kubelet asks' },
    { flag: 'log-store-path', takesValue: true, why: unused },
    { flag: 'log-store-format', takesValue: true, why: unused },
    { flag: 'log-marshaller-url', takesValue: true, why: unused },
    { flag: 'log-marshaller-port', takesValue: true, why: unused },
    { flag: 'log-batch-size', takesValue: true, why: unused },
    { flag: 'log-batch-interval', takesValue: true, why: unused },
  ],
  examples: [
    {
      line: 'davit agent --enable-batcher --max-batchsize 16 --max-latency 100 --component-port 8080',
      says: 'as KServe starts it',
    },
  ],
};
