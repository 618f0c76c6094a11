import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place, Server } from './running.ts';
import { type ModelName, modelNames, modelsFolder, peersFolder } from './workload.ts';

const here = join(import.meta.dirname, 'peers');

function flags(values: Readonly<Record<string, string | number>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** A Davit to measure: a name for the tables, and its `davit` command. */
export interface DavitBuild {
  readonly name: string;
  readonly command: string;
}

/** Davit with both models loaded, or those given. */
export function davit(build: DavitBuild, models: readonly ModelName[] = modelNames, workers = 1): Server {
  const cache = mkdtempSync(join(tmpdir(), 'davit-bench-tmp-'));
  process.on('exit', () => rmSync(cache, { recursive: true, force: true }));
  return {
    name: workers === 1 ? build.name : `${build.name}-${workers}-workers`,
    cores: workers,
    command: ({ port }) => [
      build.command,
      'serve',
      ...flags({ 'http-port': port, workers }),
      ...models.flatMap(model => ['--model', `${model}=${modelsFolder}/${model}/model.joblib`]),
    ],
    // Node keeps compiled code below the folder for temporary files.
    env: () => ({ TMPDIR: cache }),
    forget: () => rmSync(join(cache, 'node-compile-cache'), { recursive: true, force: true }),
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
export function mlserver(model: ModelName, parallelWorkers: number): Server {
  return {
    name: `mlserver-${parallelWorkers}`,
    cores: 1,
    command: () => [
      join(peersFolder, 'mlserver/bin/mlserver'),
      'start',
      join(modelsFolder, 'mlserver', model),
    ],
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
export function kserve(model: ModelName): Server {
  return {
    name: 'kserve',
    cores: 1,
    command: ({ port, spare }) => [
      join(peersFolder, 'kserve/bin/python'),
      join(here, 'kserve_sklearn.py'),
      ...flags({
        model_file: `${modelsFolder}/${model}/model.joblib`,
        model_name: model,
        workers: 1,
        http_port: port,
        grpc_port: spare[0],
        enable_latency_logging: 'false',
        enable_docs_url: 'false',
        log_config_file: join(here, 'kserve_log.json'),
      }),
    ],
  };
}

/** The peers in Python that `setup.sh` has installed. */
export function pythonPeers(model: ModelName): readonly Server[] {
  const all: readonly (readonly [string, Server])[] = [
    ['mlserver', mlserver(model, 0)],
    ['mlserver', mlserver(model, 1)],
    ['kserve', kserve(model)],
  ];
  return all.filter(([folder]) => existsSync(join(peersFolder, folder, 'bin'))).map(([, server]) => server);
}
