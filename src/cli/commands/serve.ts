import { levels } from '../../base/log/index.ts';
import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** Settings of whatever fetches models. Sizes in bytes. */
export const fetchSettings = {
  cache: setting.text({
    default: undefined,
    env: 'DAVIT_CACHE',
    flags: ['cache'],
    placeholder: 'DIR',
    help: 'Where fetched files are kept, for all who fetch the same, and plans of large model files that a server of its own reads. Default: ~/.davit/cache. Below what DAVIT_CACHE says, in `code`, lies compiled code of an installed Davit as well, of sixteen programs at most.',
  }),
  modelLimit: setting.bytes({
    default: 100 * GiB,
    defaultText: '100GiB',
    least: 1,
    env: 'DAVIT_MODEL_LIMIT',
    flags: ['model-limit'],
    help: 'Size that a fetched model may have, and an archive may unpack to.',
  }),
  cacheLimit: setting.bytes({
    default: 20 * GiB,
    defaultText: '20GiB',
    least: 1,
    env: 'DAVIT_CACHE_LIMIT',
    flags: ['cache-limit'],
    help: 'Size of what is kept of fetched files, and as much again of plans; the longest unused goes first.',
  }),
};

/** Settings of `davit serve`. Sizes in bytes, times in milliseconds. */
export const serveSettings = {
  models: setting.list({
    default: [],
    flags: ['model'],
    placeholder: 'NAME=PATH',
    help: 'Serve PATH under NAME; may be repeated. PATH#OBJECT picks one of several things in a file.',
  }),
  object: setting.text({
    default: undefined,
    flags: ['object'],
    placeholder: 'OBJECT',
    help: 'The way to the model in the one file given, where it holds several things: model, 0, models.forest.',
  }),
  modelName: setting.text({
    default: undefined,
    env: 'MODEL_NAME',
    flags: ['model-name', 'model_name'],
    placeholder: 'NAME',
    help: 'Name for the one path given.',
  }),
  modelDir: setting.text({
    default: undefined,
    flags: ['model-dir', 'model_dir'],
    placeholder: 'DIR',
    help: 'A directory with exactly one model file, as KServe mounts it.',
  }),
  modelRepository: setting.text({
    default: undefined,
    env: 'DAVIT_MODEL_REPOSITORY',
    flags: ['model-repository', 'model_repository'],
    placeholder: 'DIR',
    help: 'A folder with a file or folder for each model that /v2/repository/models/NAME/load may load; none is loaded at the start. Where --model-dir names the same folder, it names no model.',
  }),
  host: setting.text({
    default: '127.0.0.1',
    env: 'DAVIT_HOST',
    flags: ['host'],
    placeholder: 'ADDRESS',
    help: 'Address to listen on; 0.0.0.0 opens the server to the network.',
  }),
  httpPort: setting.port({
    default: 8080,
    env: 'DAVIT_HTTP_PORT',
    flags: ['http-port', 'http_port'],
    help: 'Port for HTTP/1.1 and h2c; 0 lets the system choose.',
  }),
  grpcPort: setting.port({
    default: 8081,
    flags: ['grpc-port', 'grpc_port'],
    help: 'Taken for compatibility: gRPC is not served yet, and nothing listens there.',
  }),
  workers: setting.whole({
    default: 1,
    least: 1,
    most: 1024,
    env: 'DAVIT_WORKERS',
    flags: ['workers'],
    help: 'Threads that serve on the one port, each a core’s worth.',
  }),
  computeThreads: setting.whole({
    default: 0,
    least: 1,
    most: 1024,
    defaultText: 'one a core',
    env: 'DAVIT_COMPUTE_THREADS',
    flags: ['compute-threads'],
    help: 'Threads for requests that would hold up the others; started when first needed.',
  }),
  maxModelMemory: setting.bytes({
    default: 0,
    least: 1,
    defaultText: '80% of RAM',
    env: 'DAVIT_MAX_MODEL_MEMORY',
    flags: ['max-model-memory'],
    help: 'Memory that loaded models may take together; one that does not fit is refused.',
  }),
  predictProba: setting.switch({
    default: false,
    env: 'PREDICT_PROBA',
    flags: ['predict-proba'],
    help: 'Answer class probabilities by default, as KServe does.',
  }),
  maxBody: setting.bytes({
    default: 64 * MiB,
    least: 1,
    most: 2048 * MiB,
    defaultText: '64MiB',
    env: 'DAVIT_MAX_BODY',
    flags: ['max-body'],
    help: 'Largest request body, also after decompression.',
  }),
  maxHead: setting.bytes({
    default: 16 * 1024,
    least: 1024,
    // HTTP/2 has to take somewhat more to answer it, and no parser takes more than 16 MiB.
    most: MiB,
    defaultText: '16KiB',
    env: 'DAVIT_MAX_HEAD',
    flags: ['max-head'],
    help: 'Largest request line and headers.',
  }),
  maxRows: setting.whole({
    default: 1_000_000,
    least: 1,
    env: 'DAVIT_MAX_ROWS',
    flags: ['max-rows'],
    help: 'Most rows in a request.',
  }),
  maxConnections: setting.whole({
    default: 10_000,
    least: 1,
    env: 'DAVIT_MAX_CONNECTIONS',
    flags: ['max-connections'],
    help: 'Most open connections; further ones get 503.',
  }),
  headTimeout: setting.duration({
    default: 10_000,
    least: 1,
    defaultText: '10s',
    env: 'DAVIT_HEAD_TIMEOUT',
    flags: ['head-timeout'],
    help: 'Time for a request’s headers to arrive.',
  }),
  requestTimeout: setting.duration({
    default: 300_000,
    least: 1,
    defaultText: '5m',
    env: 'DAVIT_REQUEST_TIMEOUT',
    flags: ['request-timeout'],
    help: 'Time for a whole request to arrive, and for a client to read its answer.',
  }),
  keepAlive: setting.duration({
    default: 65_000,
    least: 1,
    defaultText: '65s',
    env: 'DAVIT_KEEP_ALIVE',
    flags: ['keep-alive', 'timeout-keep-alive', 'timeout_keep_alive'],
    help: 'Time an idle connection is kept.',
  }),
  grace: setting.duration({
    default: 30_000,
    defaultText: '30s',
    env: 'DAVIT_GRACE',
    flags: ['grace'],
    help: 'Time that running requests get to finish after SIGTERM.',
  }),
  linger: setting.duration({
    default: 0,
    defaultText: '0s',
    env: 'DAVIT_LINGER',
    flags: ['linger'],
    help: 'Longest time after SIGTERM in which requests are still taken; over once none has come for a second, since whoever sends them has heard of the end then.',
  }),
  guard: setting.text({
    default: undefined,
    env: 'DAVIT_GUARD',
    flags: ['guard'],
    placeholder: 'JSON',
    help: 'Whom to ask about callers, who all have to be known then: what pods of services with davit.dev/direct-access: authorized are told.',
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
  accessLog: setting.switch({
    default: false,
    env: 'DAVIT_ACCESS_LOG',
    flags: ['access-log'],
    help: 'Log a line for each request.',
  }),
  try: setting.text({
    default: undefined,
    flags: ['try'],
    placeholder: 'FILE',
    help: 'Once ready, send this request, and print the curl line and the answer.',
  }),
  ...fetchSettings,
};

const kserve = 'a setting of KServe’s Python server';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serve model files over the V1 and V2 inference protocols.',
  description:
    'Serves models on one port over HTTP/1.1 and h2c: V1 (/v1/models/NAME:predict) and V2 (/v2/models/NAME/infer), health, metadata, repository and /metrics. A model is named after its file or directory. The files are read, never executed. A model that cannot be loaded leaves the server up but not ready, with the reason in the log and at /v2/models/NAME/ready.',
  positionals: [
    {
      name: 'PATH',
      help: 'a model file, a directory with exactly one, or a gs://, s3:// or https:// URI of one',
      required: false,
      many: true,
    },
  ],
  settings: serveSettings,
  accepted: [
    { flag: 'enable_grpc', takesValue: true, why: 'gRPC is not served yet' },
    { flag: 'grpc_max_send_message_length', takesValue: true, why: 'gRPC is not served yet' },
    { flag: 'grpc_max_receive_message_length', takesValue: true, why: 'gRPC is not served yet' },
    { flag: 'enable_docs_url', takesValue: true, why: kserve },
    { flag: 'enable_latency_logging', takesValue: true, why: kserve },
    { flag: 'configure_logging', takesValue: true, why: kserve },
    { flag: 'log_config_file', takesValue: true, why: kserve },
    { flag: 'access_log_format', takesValue: true, why: kserve },
    { flag: 'max_threads', takesValue: true, why: kserve },
    { flag: 'max_asyncio_workers', takesValue: true, why: kserve },
    { flag: 'event-loop', takesValue: true, why: kserve },
    // KServe's server for several libraries is told which; the model file tells that itself.
    { flag: 'framework', takesValue: true, why: kserve },
    { flag: 'nthread', takesValue: true, why: kserve },
  ],
  examples: [
    { line: 'davit serve iris-model.joblib', says: 'one file, on http://127.0.0.1:8080 as iris-model' },
    {
      line: 'davit serve --model iris=iris-model.joblib --model wine=models/wine',
      says: 'two models with names of their own',
    },
    {
      line: 'davit serve --model_name=iris --model_dir=/mnt/models --http_port=8080 --host 0.0.0.0',
      says: 'as a container of KServe is started',
    },
    {
      line: 'davit serve iris-model.joblib --workers 4 --max-model-memory 2GiB',
      says: 'four cores, and a limit on memory',
    },
  ],
};
