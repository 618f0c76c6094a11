import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What one run of wrk saw. */
export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers other than 2xx or 3xx, and sockets that failed. */
  readonly errors: number;
}

export interface Target {
  readonly port: number;
  readonly path: string;
  /** File whose bytes are posted. */
  readonly bodyFile: string;
  readonly connections: number;
  readonly seconds: number;
  /** The core that wrk is pinned to. */
  readonly core: number;
  /** Further header fields, `Name: value`. */
  readonly headers?: readonly string[];
  /** Whether each head is another than the one before. */
  readonly fresh?: boolean;
}

const fields = ['requests', 'micros', 'p50', 'p99', 'max', 'status', 'socket'] as const;

/**
 * Reads the line that `post.lua` ends a run with.
 * @throws with wrk's own text when the line is missing or incomplete.
 */
export function parseWrk(output: string): Load {
  const line = /^bench (\{.*\})$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`wrk gave no figures:\n${output}`);
  const said = JSON.parse(line) as Record<(typeof fields)[number], unknown>;
  const [requests, micros, p50, p99, max, status, socket] = fields.map(field => {
    const value = said[field];
    if (typeof value !== 'number') throw new Error(`wrk gave no ${field}:\n${output}`);
    return value;
  }) as [number, number, number, number, number, number, number];
  const seconds = micros / 1e6;
  const rate = seconds > 0 ? requests / seconds : 0;
  return {
    requests,
    seconds,
    rate,
    p50: p50 / 1e3,
    p99: p99 / 1e3,
    max: max / 1e3,
    errors: status + socket,
  };
}

const script = join(import.meta.dirname, 'post.lua');

/** Drives a server for some seconds from one pinned thread. */
export async function runWrk(target: Target): Promise<Load> {
  const wrk = [
    '-c',
    String(target.core),
    'wrk',
    '-t1',
    `-c${target.connections}`,
    `-d${target.seconds}s`,
    '--timeout=30s',
    `--script=${script}`,
    ...(target.headers ?? []).flatMap(header => ['-H', header]),
    `http://127.0.0.1:${target.port}${target.path}`,
  ];
  const env = {
    ...process.env,
    BENCH_BODY: target.bodyFile,
    BENCH_FRESH: target.fresh === true ? '1' : '',
  };
  const { stdout, stderr } = await promisify(execFile)('taskset', wrk, { env });
  return parseWrk(stdout + stderr);
}
