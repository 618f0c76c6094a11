import { availableParallelism, totalmem } from 'node:os';
import { defaultLimits, type ListenerOptions } from '../../base/net/index.ts';
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
    plans: async () => (await import('./plans.ts')).plansBy(settings),
  };
}

export function listenerOptions(settings: ServeSettings): ListenerOptions {
  return {
    limits: {
      headBytes: settings.maxHead,
      bodyBytes: settings.maxBody,
      // Room for one of them, at least.
      arrivingBytes: Math.max(defaultLimits.arrivingBytes, settings.maxBody),
      headTimeout: settings.headTimeout,
      bodyTimeout: settings.requestTimeout,
      writeTimeout: settings.requestTimeout,
      keepAliveTimeout: settings.keepAlive,
      connections: settings.maxConnections,
    },
    describe: error => {
      const { head, body } = errorAnswer(error);
      return { fields: head.fields, body };
    },
  };
}

/** Bytes that models may take together: as set, or four fifths of what the machine, or the container, has. */
export function modelBudget(settings: ServeSettings): number {
  if (settings.maxModelMemory !== 0) return settings.maxModelMemory;
  // 0 where nothing is known of a limit, and far more than there is where there is none.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(Math.min(totalmem(), limit) * 0.8);
}
