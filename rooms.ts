/** A room of the house: a folder with one door, its `index.ts`. */
export interface Room {
  /** Folder under `src/`. */
  readonly path: string;
  /** What it is for, one sentence; ARCHITECTURE.md prints it. */
  readonly purpose: string;
  /** Rooms whose door it may use. A name that ends in `/*` means every room below. */
  readonly mayImport: readonly string[];
  /** npm packages it may import. */
  readonly npm?: readonly string[];
  /** Built-in modules it may import; a room without the list computes on its arguments alone. */
  readonly node?: readonly string[];
}

/** The only list of rooms. `test/rooms.test.ts` keeps it true; ARCHITECTURE.md is generated from it. */
export const rooms: readonly Room[] = [
  {
    path: 'base/errors',
    purpose: 'Coded errors: code, status, whose fault; tables per room that the error reference is made of.',
    mayImport: [],
  },
  { path: 'base/clock', purpose: 'Time as an argument.', mayImport: [] },
  {
    path: 'base/settings',
    purpose: 'One declaration per setting: type, default, environment variable, flags, help, reference page.',
    mayImport: ['base/errors'],
  },
  {
    path: 'base/log',
    purpose: 'Structured log lines, for people on a terminal and as JSON elsewhere.',
    mayImport: [],
  },
  {
    path: 'base/metrics',
    purpose: 'Counters, gauges, histograms; snapshots merged over threads; Prometheus text.',
    mayImport: [],
  },
  {
    path: 'base/process',
    purpose: 'Signals and orderly shutdown.',
    mayImport: ['base/errors'],
    node: ['events'],
  },
  {
    path: 'base/detached',
    purpose: 'Commands that outlive whoever started them, and processes as the system tells them.',
    mayImport: [],
    node: ['child_process', 'fs', 'path', 'stream'],
  },
  {
    path: 'base/locks',
    purpose: 'What only one process of this machine does at a time.',
    mayImport: ['base/detached'],
    node: ['fs/promises', 'path'],
  },
  {
    path: 'base/addresses',
    purpose: 'Addresses of the network as they are compared and counted, and blocks of them.',
    mayImport: [],
    node: ['net'],
  },
  {
    path: 'base/net',
    purpose: 'Listens, parses HTTP/1.1 and h2c on one port, times out slow clients; knows no product word.',
    mayImport: ['base/errors', 'base/clock'],
    node: ['net', 'tls', 'http', 'http2', 'stream', 'zlib', 'fs', 'fs/promises', 'events', 'os'],
  },
  {
    path: 'base/net/outgoing',
    purpose:
      'Sends requests over connections that it keeps, and passes exchanges of a listener on; knows no product word.',
    mayImport: ['base/errors', 'base/clock', 'base/net'],
    node: ['net', 'http2', 'stream'],
  },
  {
    path: 'base/websocket',
    purpose: 'WebSocket (RFC 6455) on a connection that has been switched to it.',
    mayImport: [],
    node: ['crypto', 'events', 'stream'],
  },
  {
    path: 'base/spdy',
    purpose: 'Sessions of SPDY/3.1, which Kubernetes’ clients still speak for forwarded ports.',
    mayImport: [],
    node: ['events', 'stream', 'zlib'],
  },
  {
    path: 'tensor',
    purpose: 'Datatypes, shapes and typed data: the one currency.',
    mayImport: ['base/errors'],
  },
  {
    path: 'wire',
    purpose: 'How tensors look on the wire, both directions: V1 and V2 JSON.',
    mayImport: ['base/errors', 'tensor'],
  },
  {
    path: 'model/plan',
    purpose: 'What a model computes, as plain data: the vocabulary of operators, validation.',
    mayImport: ['base/errors', 'tensor'],
  },
  {
    path: 'model/plan/views',
    purpose: 'Plans as people look at them: trees with the names of their features and values.',
    mayImport: ['model/plan'],
  },
  {
    path: 'model/plan/file',
    purpose: 'Plans as bytes: sealed, versioned, and checked when they are read back.',
    mayImport: ['tensor', 'model/plan'],
  },
  {
    path: 'model/formats',
    purpose: 'The registry of model file formats; looks at bytes, never at names.',
    mayImport: ['base/errors', 'tensor', 'model/plan', 'model/formats/*'],
    node: ['path'],
  },
  {
    path: 'model/formats/pickle',
    purpose: 'Reads pickle and joblib files into values, executing nothing.',
    mayImport: ['base/errors'],
    node: ['zlib'],
  },
  {
    path: 'model/formats/pandas',
    purpose: 'Reads series, frames and indexes of pandas, as pickles hold them, into plain values.',
    mayImport: ['model/formats/pickle'],
  },
  {
    path: 'model/formats/trees',
    purpose: 'Writes the trees of any library in the form that the operators over trees take.',
    mayImport: ['model/plan'],
  },
  {
    path: 'model/formats/xgboost',
    purpose: 'Reads boosters of XGBoost in every form the library writes, and translates them into plans.',
    mayImport: ['base/errors', 'tensor', 'model/plan', 'model/formats', 'model/formats/trees'],
  },
  {
    path: 'model/formats/lightgbm',
    purpose: 'Reads models of LightGBM, text of any version and JSON dumps, and translates them into plans.',
    mayImport: ['base/errors', 'tensor', 'model/plan', 'model/formats', 'model/formats/trees'],
  },
  {
    path: 'model/formats/sklearn',
    purpose: 'Translates the objects of scikit-learn into plans.',
    mayImport: [
      'base/errors',
      'tensor',
      'model/plan',
      'model/formats',
      'model/formats/pickle',
      'model/formats/pandas',
      'model/formats/trees',
      'model/formats/xgboost',
      'model/formats/lightgbm',
    ],
  },
  {
    path: 'model/engines',
    purpose: 'The registry of engines and the contract they keep.',
    mayImport: ['base/errors', 'tensor', 'model/plan', 'model/engines/*'],
  },
  {
    path: 'model/engines/tabular',
    purpose: 'Arithmetic of the tabular operators over typed arrays.',
    mayImport: ['base/errors', 'tensor', 'model/plan', 'model/engines'],
  },
  {
    path: 'model/storage',
    purpose:
      'Finds model files, a single file or a directory as KServe defines it, and fetches them: one folder a scheme.',
    mayImport: ['base/errors', 'base/locks'],
    npm: ['modern-tar', 'yauzl', 'aws4fetch', 'jose'],
    node: [
      'fs',
      'fs/promises',
      'path',
      'url',
      'os',
      'crypto',
      'http',
      'https',
      'stream',
      'stream/promises',
      'stream/web',
      'zlib',
    ],
  },
  {
    path: 'serve/repository',
    purpose:
      'The models of a server: their states and the memory they share, and a view of them on each thread.',
    mayImport: [
      'base/errors',
      'base/log',
      'tensor',
      'model/plan',
      'model/plan/file',
      'model/formats',
      'model/engines',
      'model/storage',
    ],
    node: ['path', 'fs', 'crypto'],
  },
  {
    path: 'serve/dataplane',
    purpose: 'The one door to models: a protocol’s bytes become a call, and its results bytes.',
    mayImport: ['tensor', 'serve/repository'],
  },
  {
    path: 'serve/protocols/exchanges',
    purpose: 'How each protocol words a request to a model and its answer: the same on every thread.',
    mayImport: ['wire', 'serve/dataplane'],
  },
  {
    path: 'serve/protocols',
    purpose: 'Routes, status and headers of the inference protocols; knows no thread.',
    mayImport: [
      'base/errors',
      'base/net',
      'base/metrics',
      'tensor',
      'wire',
      'serve/repository',
      'serve/dataplane',
      'serve/protocols/exchanges',
    ],
  },
  {
    path: 'serve/scheduler',
    purpose: 'Decides which thread answers, and keeps the compute threads.',
    mayImport: [
      'base/errors',
      'base/net',
      'serve/repository',
      'serve/dataplane',
      'serve/protocols/exchanges',
    ],
    node: ['worker_threads'],
  },
  {
    path: 'wire/cloudevents',
    purpose: 'CloudEvents, as header fields and as JSON.',
    mayImport: [],
  },
  {
    path: 'serve/queue',
    purpose:
      'What stands before the server of a pod: limits, counts, drains, batches and logs its requests, as Knative’s queue-proxy and KServe’s agent do.',
    mayImport: [
      'base/errors',
      'base/access',
      'base/clock',
      'base/log',
      'base/metrics',
      'base/net',
      'base/net/outgoing',
      'wire/cloudevents',
    ],
    node: ['http', 'https', 'fs', 'fs/promises', 'path', 'url', 'crypto', 'stream', 'net'],
  },
  {
    path: 'serve',
    purpose: 'A model server of one thread, made of the rooms below it; no Kubernetes.',
    mayImport: ['base/*', 'model/storage', 'serve/*'],
  },
  { path: 'base/access', purpose: 'The port by which anybody asks who may do what.', mayImport: [] },
  {
    path: 'cluster/meta',
    purpose:
      'What every object of the Kubernetes API has: metadata, selectors, quantities, names, the Status of a failure.',
    mayImport: [],
  },
  {
    path: 'cluster/schema',
    purpose:
      'Shapes of objects: unknown fields, pruning, defaults, validation with the rules of CustomResourceDefinitions.',
    mayImport: ['cluster/meta'],
    npm: ['yaml', 're2js', '@marcbachmann/cel-js'],
    node: ['module', 'worker_threads'],
  },
  {
    path: 'cluster/patch',
    purpose: 'The four ways to change a part of an object, and who owns which field.',
    mayImport: ['cluster/meta', 'cluster/schema'],
  },
  {
    path: 'cluster/kinds',
    purpose: 'Kinds of objects: the built-in ones as data and rules, those of CustomResourceDefinitions.',
    mayImport: ['cluster/meta', 'cluster/schema', 'cluster/usage'],
    node: ['crypto', 'net'],
  },
  {
    path: 'cluster/store',
    purpose: 'The state of the cluster: one file, revisions, history, watches; nothing acknowledged is lost.',
    mayImport: ['base/errors', 'base/clock', 'base/log', 'cluster/meta'],
    node: ['sqlite', 'worker_threads', 'fs', 'fs/promises', 'path'],
  },
  {
    path: 'cluster/access',
    purpose: 'Who asks, by certificates and tokens, and whether roles allow it.',
    mayImport: ['base/errors', 'base/clock', 'base/access', 'cluster/meta'],
    npm: ['jose'],
    node: ['crypto', 'net'],
  },
  {
    path: 'cluster/usage',
    purpose: 'What an object takes from the quotas of its namespace.',
    mayImport: ['cluster/meta'],
  },
  {
    path: 'cluster/admission',
    purpose:
      'Steps between what a client wrote and what is stored: limits, quotas, service accounts, webhooks.',
    mayImport: ['base/access', 'cluster/meta', 'cluster/kinds', 'cluster/access', 'cluster/usage'],
  },
  {
    path: 'cluster/kserve',
    purpose:
      'KServe’s configuration, what it installs, and its defaults and rules for its kinds and their pods, as steps of admission.',
    mayImport: ['base/errors', 'cluster/meta', 'cluster/admission', 'cluster/kinds', 'cluster/patch'],
  },
  {
    path: 'cluster/knative',
    purpose: 'Knative’s defaults for its Services, as steps of admission.',
    mayImport: ['cluster/meta', 'cluster/admission'],
  },
  {
    path: 'cluster/allocation',
    purpose: 'Addresses and ports that services are given.',
    mayImport: ['cluster/meta'],
  },
  {
    path: 'cluster/webhooks',
    purpose:
      'Asks the webhooks of users, over HTTPS: as steps of admission, and for objects in another version; answers reviews as one.',
    mayImport: [
      'base/access',
      'cluster/meta',
      'cluster/kinds',
      'cluster/schema',
      'cluster/patch',
      'cluster/admission',
      'cluster/allocation',
    ],
    node: ['https'],
  },
  {
    path: 'cluster/policies',
    purpose: 'Asks the admission policies of users, which are expressions, as steps of admission.',
    mayImport: [
      'base/access',
      'cluster/meta',
      'cluster/schema',
      'cluster/patch',
      'cluster/kinds',
      'cluster/admission',
      'cluster/webhooks',
    ],
    node: ['crypto'],
  },
  {
    path: 'cluster/client',
    purpose:
      'A client of the Kubernetes API: objects, informers, work queues, events; in the same process or over HTTPS.',
    mayImport: ['cluster/meta'],
    node: ['https', 'http', 'crypto'],
  },
  {
    path: 'cluster/view',
    purpose:
      'What controllers see of a cluster: a client and one shared informer a kind, and shapes of its objects.',
    mayImport: ['cluster/meta', 'cluster/client'],
  },
  {
    path: 'cluster/bootstrap',
    purpose: 'What a new cluster has from the start: namespaces, roles, priority classes.',
    mayImport: ['cluster/meta', 'cluster/client', 'cluster/view', 'cluster/access'],
  },
  {
    path: 'cluster/controllers/kubernetes',
    purpose:
      'Controllers that every cluster has, where the API is ours: workloads, endpoints, scheduling, garbage.',
    mayImport: ['cluster/meta', 'cluster/client', 'cluster/view', 'cluster/usage'],
    npm: ['croner'],
    node: ['crypto'],
  },
  {
    path: 'cluster/controllers/knative',
    purpose:
      'Controllers of Knative Serving’s kinds, where no Knative is: revisions, routes, and what runs them.',
    mayImport: ['cluster/meta', 'cluster/client', 'cluster/view'],
    node: ['crypto'],
  },
  {
    path: 'cluster/controllers/kubeflow',
    purpose:
      'Controllers of who may do what in a namespace: Kubeflow’s profiles, and what pods may ask about their callers.',
    mayImport: ['cluster/meta', 'cluster/client', 'cluster/view'],
  },
  {
    path: 'cluster/controllers/kserve',
    purpose:
      'Controllers of KServe’s kinds: what an InferenceService is to have, and what it says of itself.',
    mayImport: [
      'cluster/meta',
      'cluster/client',
      'cluster/view',
      'cluster/kinds',
      'cluster/patch',
      'cluster/kserve',
    ],
    node: ['crypto'],
  },
  {
    path: 'cluster/apiserver',
    purpose: 'The Kubernetes API over HTTP: one pipeline for every kind.',
    mayImport: [
      'base/errors',
      'base/clock',
      'base/log',
      'base/metrics',
      'base/access',
      'base/net',
      'cluster/*',
    ],
    node: ['crypto', 'http', 'https', 'stream', 'zlib'],
  },
  {
    path: 'host/services',
    purpose:
      'Makes the addresses, node ports and names of Services answer: connections are passed on to ready pods.',
    mayImport: [
      'base/errors',
      'base/log',
      'base/net',
      'base/net/outgoing',
      'cluster/meta',
      'cluster/allocation',
      'cluster/client',
      'cluster/view',
    ],
    node: ['net'],
  },
  {
    path: 'host/streams',
    purpose:
      'What goes in and out of running containers: logs, commands in them, terminals, forwarded ports.',
    mayImport: [
      'base/errors',
      'base/log',
      'base/net',
      'base/spdy',
      'base/websocket',
      'cluster/meta',
      'cluster/view',
    ],
    npm: ['@lydell/node-pty'],
    node: ['child_process', 'events', 'fs', 'fs/promises', 'net', 'os', 'path', 'stream', 'stream/promises'],
  },
  {
    path: 'host/runners',
    purpose:
      'How a container becomes a process: which program plays an image, its paths, its output, its memory, its end.',
    mayImport: ['base/errors', 'base/detached'],
    node: ['child_process', 'fs', 'path', 'crypto', 'stream', 'net', 'os'],
  },
  {
    path: 'host/kubelet',
    purpose: 'Turns the pods of this node into something that runs, and tells how it goes.',
    mayImport: [
      'base/errors',
      'base/log',
      'base/detached',
      'cluster/meta',
      'cluster/client',
      'cluster/view',
      'cluster/allocation',
      'host/runners',
      'host/streams',
    ],
    node: [
      'fs',
      'fs/promises',
      'path',
      'crypto',
      'os',
      'stream',
      'timers/promises',
      'child_process',
      'http',
      'http2',
      'https',
      'net',
    ],
  },
  {
    path: 'edge/identity',
    purpose: 'Who is known and how he has shown it: the ports between those who issue, keep and ask.',
    mayImport: ['base/access'],
  },
  {
    path: 'edge/identity/pages',
    purpose: 'What people see of a login in a browser: forms, refusals, the page after it.',
    mayImport: ['base/net'],
    node: ['crypto'],
  },
  {
    path: 'edge/identity/issuer',
    purpose: 'An issuer of ID tokens that clients take for Dex.',
    mayImport: [
      'base/errors',
      'base/addresses',
      'base/net',
      'base/access',
      'cluster/schema',
      'edge/identity',
      'edge/identity/pages',
    ],
    npm: ['jose'],
    node: ['crypto', 'util'],
  },
  {
    path: 'edge/identity/keeper',
    purpose:
      'Keeps people, their passwords, sessions and tokens; revokes them; only their digests are stored.',
    mayImport: ['base/errors', 'base/access', 'edge/identity'],
    npm: ['jose', 'bcryptjs'],
    node: ['crypto', 'worker_threads'],
  },
  {
    path: 'edge/identity/party',
    purpose: 'Sends people to an issuer, of ours or of others, and takes what they come back with.',
    mayImport: ['base/errors', 'base/access', 'edge/identity'],
    npm: ['jose', 'openid-client'],
    node: ['crypto'],
  },
  {
    path: 'edge/identity/native',
    purpose: 'Logs somebody in for a program of his machine, with a browser or a password (RFC 8252).',
    mayImport: ['base/errors'],
    npm: ['openid-client'],
    node: ['http', 'https', 'net'],
  },
  {
    path: 'edge/identity/policy',
    purpose: 'Who may call which service: profiles, roles and what a service says of its callers.',
    mayImport: [
      'base/errors',
      'base/access',
      'cluster/meta',
      'cluster/access',
      'cluster/admission',
      'cluster/client',
      'cluster/view',
      'edge/identity',
    ],
  },
  {
    path: 'edge/gateway',
    purpose: 'Learns from the API where requests go, and passes them on to the replicas that are ready.',
    mayImport: [
      'base/errors',
      'base/addresses',
      'base/log',
      'base/metrics',
      'base/net',
      'base/net/outgoing',
      'cluster/meta',
      'cluster/client',
      'cluster/view',
      'base/access',
      'edge/identity',
      'edge/identity/pages',
      'edge/identity/party',
      'edge/identity/policy',
    ],
    npm: ['re2js'],
    node: ['crypto'],
  },
  {
    path: 'cli',
    purpose: 'Commands as data: parsing, help, completion; a client like any other.',
    mayImport: [
      'base/errors',
      'base/access',
      'base/settings',
      'base/log',
      'cluster/meta',
      'cluster/schema',
      'cluster/client',
      'cluster/allocation',
      'cluster/usage',
    ],
    node: ['fs', 'fs/promises', 'util', 'path', 'tty', 'os', 'http', 'https', 'tls', 'child_process'],
  },
  {
    path: 'app',
    purpose: 'Composition; the only reader of the environment.',
    mayImport: [
      'base/*',
      'tensor',
      'wire',
      'model/*',
      'serve',
      'serve/queue',
      'cluster/*',
      'host/*',
      'edge/*',
      'cli',
    ],
    node: [
      'module',
      'net',
      'worker_threads',
      'fs',
      'fs/promises',
      'path',
      'os',
      'url',
      'perf_hooks',
      'crypto',
      'sqlite',
      'https',
      'child_process',
      'readline',
      'vm',
      'zlib',
    ],
  },
];
