import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { steadyNow } from '../../base/clock/index.ts';
import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { createMetrics, type Metrics } from '../../base/metrics/index.ts';
import type { Handler } from '../../base/net/index.ts';
import {
  Queue,
  queueErrors,
  withBatcher,
  withLogger,
  type Logger,
  type Puller,
  type Ready,
} from '../../serve/queue/index.ts';
import type { AgentSettings, QueueProxySettings } from './told.ts';

/** What a layer works with. */
export interface Surroundings {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly ready: Ready;
}

/** The queue that a queue-proxy is, before `next`. */
export function queueOf(
  next: Handler,
  settings: QueueProxySettings,
  { metrics, ready }: Surroundings,
): Queue {
  const { concurrency, timeout, startTimeout, idleTimeout } = settings;
  return new Queue(next, {
    concurrency,
    timeout: timeout * 1000,
    startTimeout: startTimeout * 1000,
    idleTimeout: idleTimeout * 1000,
    ready,
    now: steadyNow,
    metrics,
  });
}

export interface AgentLayer {
  readonly queue: Queue;
  readonly handler: Handler;
  /** Brings the server its models; undefined for a server that has its own. */
  readonly puller: Puller | undefined;
  /** Delivers the events that wait, within so many milliseconds. */
  close(within: number): Promise<void>;
}

/**
 * What an agent does, before `next`: events outside, batches inside, and a queue that only answers probes and drains.
 * @param puller where the server is to be brought its models
 */
export function agentLayer(
  next: Handler,
  settings: AgentSettings,
  around: Surroundings,
  puller?: Puller,
): AgentLayer {
  const { enableBatcher, maxBatchSize, maxLatency, logUrl } = settings;
  const { metrics } = around;
  const ready: Ready = puller === undefined ? around.ready : () => puller.ready && around.ready();
  const batched = enableBatcher ? withBatcher(next, { maxBatchSize, maxLatency, metrics }) : next;
  const logger = logUrl === undefined ? undefined : loggerOf(batched, logUrl, settings, around);
  const limits = { concurrency: 0, timeout: 0, startTimeout: 0, idleTimeout: 0 };
  // Its numbers would be those of the queue-proxy’s queue.
  const own = createMetrics();
  const queue = new Queue(logger?.handler ?? batched, { ...limits, ready, now: steadyNow, metrics: own });
  return {
    queue,
    handler: queue.handler,
    puller,
    close: async within => {
      puller?.close();
      await logger?.close(within);
    },
  };
}

function loggerOf(
  next: Handler,
  url: string,
  settings: AgentSettings,
  { log, metrics }: Surroundings,
): Logger {
  const { port, sourceUri = `http://localhost:${port}/`, inferenceService = '', namespace = '' } = settings;
  const {
    endpoint = '',
    component = '',
    metadataHeaders,
    metadataAnnotations,
    logMode,
    tlsSkipVerify,
  } = settings;
  const source = {
    source: sourceUri,
    inferenceService,
    namespace,
    endpoint,
    component,
    metadataHeaders: metadataHeaders.flatMap(text => text.split(',')).filter(name => name !== ''),
    annotations: Object.fromEntries(metadataAnnotations.flatMap(text => text.split(',')).map(pairOf)),
  };
  const trust = { authorities: authoritiesOf(url, settings, log), skipVerify: tlsSkipVerify };
  return withLogger(next, { source, mode: logMode, url, trust, log, metrics });
}

function pairOf(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  const found = JSON.stringify(text);
  throw queueErrors.make['sidecar-setting-invalid'](
    `--metadata-annotations: found ${found}, expected NAME=VALUE`,
  );
}

/** Where KServe mounts the authorities of sinks. */
const certificates = '/etc/tls/certs';

/** Without the file the system’s authorities have to do, as with KServe. */
function authoritiesOf(url: string, { caCertFile }: AgentSettings, log: Log): string | undefined {
  if (!url.startsWith('https:') || caCertFile === undefined) return undefined;
  const file = join(caCertFile.includes('/') ? '' : certificates, caCertFile);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    log.warning('the logger’s authorities cannot be read', { file, reason: messageOf(error) });
    return undefined;
  }
}
