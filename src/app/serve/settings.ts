import { availableParallelism, totalmem } from 'node:os';
import type { ListenerOptions } from '../../base/net/index.ts';
import type { ValuesOf } from '../../base/settings/index.ts';
import type { serveSettings } from '../../cli/index.ts';
import { errorAnswer, type ServingOptions } from '../../serve/index.ts';

export type ServeSettings = ValuesOf<typeof serveSettings>;

export function servingOptions(settings: ServeSettings, version: string): ServingOptions {
  const threads = settings.computeThreads === 0 ? availableParallelism() : settings.computeThreads;
  return {
    model: { predictProba: settings.predictProba },
    limits: { maxRows: settings.maxRows },
    computeThreads: Math.max(1, Math.ceil(threads / settings.workers)),
    version,
    accessLog: settings.accessLog,
  };
}

export function listenerOptions(settings: ServeSettings): ListenerOptions {
  return {
    limits: {
      headBytes: settings.maxHead,
      bodyBytes: settings.maxBody,
      headTimeout: settings.headTimeout,
      bodyTimeout: settings.requestTimeout,
      writeTimeout: settings.requestTimeout,
      keepAliveTimeout: settings.keepAlive,
      connections: Math.ceil(settings.maxConnections / settings.workers),
    },
    describe: error => {
      const { head, body } = errorAnswer(error);
      return { fields: head.fields, body };
    },
  };
}

/** Bytes that models may take together: as set, or four fifths of the machine's memory. */
export function modelBudget(settings: ServeSettings): number {
  return settings.maxModelMemory === 0 ? Math.floor(totalmem() * 0.8) : settings.maxModelMemory;
}
