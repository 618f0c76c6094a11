import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place, Server } from './running.ts';
import { type ModelName, modelNames, modelsFolder, peersFolder, type Tabular } from './workload.ts';

const here = join(import.meta.dirname, 'peers');

function flags(values: Readonly<Record<string, string | number>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** A Davit to measure: a name for the tables, and its `davit` command. */
export interface DavitBuild {
  readonly name: string;
  readonly command: string;
}

/** The models of `bench/models.py` answer labels. */
function labelled(name: ModelName): Tabular {
  const file = join(modelsFolder, name, 'model.joblib');
  return { name, file, folder: join(modelsFolder, 'mlserver', name), probabilities: false };
}

const modelOf = (model: ModelName | Tabular): Tabular =>
  typeof model === 'string' ? labelled(model) : model;

/** What KServe's scikit-learn server and Davit look for. */
const probabilitiesOf = (models: readonly Tabular[]): Readonly<Record<string, string>> =>
  models.some(({ probabilities }) => probabilities) ? { PREDICT_PROBA: 'true' } : {};

/** Davit with both models loaded, or those given. */
export function davit(
  build: DavitBuild,
  models: readonly (ModelName | Tabular)[] = modelNames,
  workers = 1,
): Server {
  const loaded = models.map(modelOf);
  const cache = mkdtempSync(join(tmpdir(), 'davit-bench-tmp-'));
  process.on('exit', () => rmSync(cache, { recursive: true, force: true }));
  return {
    name: workers === 1 ? build.name : `${build.name}-${workers}-workers`,
    cores: workers,
    command: ({ port }) => [
      build.command,
      'serve',
      ...flags({ 'http-port': port, workers }),
      ...loaded.flatMap(({ name, file }) => ['--model', `${name}=${file}`]),
    ],
    // Node keeps compiled code below the folder for temporary files, Davit below its cache.
    env: () => ({ TMPDIR: cache, DAVIT_CACHE: cache, ...probabilitiesOf(loaded) }),
    forget: () => {
      for (const name of ['node-compile-cache', 'code'])
        rmSync(join(cache, name), { recursive: true, force: true });
    },
  };
}

function nginxConfig({ port, sample }: Place): string {
  if (/['$\\]/.test(sample)) throw new Error(`nginx would not send this as it is: ${sample}`);
  return `daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000;
  server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '${sample}'; } }
}
`;
}

/** The ceiling: the same bytes to the same POST, nothing read, nothing computed. */
export const nginx: Server = {
  name: 'nginx',
  cores: 1,
  command: place => {
    writeFileSync(join(place.folder, 'nginx.conf'), nginxConfig(place));
    return ['nginx', '-p', place.folder, '-c', join(place.folder, 'nginx.conf')];
  },
};

/** What Node's own server costs: the body parsed, a tree of two cuts, the answer written as JSON. */
export const nodeHttp: Server = {
  name: 'node:http',
  cores: 1,
  command: ({ port }) => [process.execPath, join(here, 'node-http.mjs'), String(port)],
};

/** MLServer as its documentation has it in production: debug off, which also turns the access log off. */
export function mlserver(model: ModelName | Tabular, parallelWorkers: number): Server {
  return {
    name: `mlserver-${parallelWorkers}`,
    cores: 1,
    command: () => [join(peersFolder, 'mlserver/bin/mlserver'), 'start', modelOf(model).folder],
    env: ({ port, spare }) => ({
      MLSERVER_PARALLEL_WORKERS: String(parallelWorkers),
      MLSERVER_HOST: '127.0.0.1',
      MLSERVER_HTTP_PORT: String(port),
      MLSERVER_GRPC_PORT: String(spare[0]),
      MLSERVER_METRICS_PORT: String(spare[1]),
      MLSERVER_DEBUG: 'false',
    }),
  };
}

/** KServe's Python server with its documented worker count, latency and access logs off. */
export function kserve(model: ModelName | Tabular): Server {
  const served = modelOf(model);
  return {
    name: 'kserve',
    cores: 1,
    command: ({ port, spare }) => [
      join(peersFolder, 'kserve/bin/python'),
      join(here, 'kserve_tabular.py'),
      ...flags({
        model_file: served.file,
        model_name: served.name,
        workers: 1,
        http_port: port,
        grpc_port: spare[0],
        enable_latency_logging: 'false',
        enable_docs_url: 'false',
        log_config_file: join(here, 'kserve_log.json'),
      }),
    ],
    env: () => probabilitiesOf([served]),
  };
}

/** The peers in Python that `setup.sh` has installed; MLServer with each of these counts of workers. */
export function pythonPeers(
  model: ModelName | Tabular,
  workers: readonly number[] = [0, 1],
): readonly Server[] {
  const all: readonly (readonly [string, Server])[] = [
    ...workers.map(count => ['mlserver', mlserver(model, count)] as const),
    ['kserve', kserve(model)],
  ];
  return all.filter(([folder]) => existsSync(join(peersFolder, folder, 'bin'))).map(([, server]) => server);
}
