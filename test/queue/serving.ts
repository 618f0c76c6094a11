import type { TestContext } from 'node:test';
import { createMetrics, renderPrometheus, type Metrics } from '../../src/base/metrics/index.ts';
import { createListener, type Handler, type Listener } from '../../src/base/net/index.ts';
import { Queue, type QueueOptions } from '../../src/serve/queue/index.ts';

export interface Served {
  readonly url: string;
  readonly port: number;
  readonly listener: Listener;
}

/** A handler on a port of its own; closed when the test ends. */
export async function serve(
  context: TestContext,
  handler: Handler,
  bodies: 'whole' | 'streamed' = 'whole',
): Promise<Served> {
  const listener = createListener(
    {
      upgrades: ['websocket'],
      bodies,
      describe: ({ code, message }) => ({
        fields: [['Davit-Error-Code', code]],
        body: JSON.stringify({ error: message }),
      }),
    },
    handler,
  );
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  context.after(() => listener.close());
  return { url: `http://127.0.0.1:${port}`, port, listener };
}

export interface Queued extends Served {
  readonly queue: Queue;
  readonly metrics: Metrics;
  text(): string;
}

/** A handler behind a queue whose time-outs are looked after often. */
export async function serveQueued(
  context: TestContext,
  handler: Handler,
  options: Partial<QueueOptions> = {},
  bodies: 'whole' | 'streamed' = 'whole',
): Promise<Queued> {
  const metrics = createMetrics();
  const queue = new Queue(handler, {
    concurrency: 0,
    timeout: 0,
    startTimeout: 0,
    idleTimeout: 0,
    ready: () => true,
    now: () => performance.now(),
    metrics,
    ...options,
  });
  const timer = setInterval(() => queue.sweep(), 5);
  context.after(() => clearInterval(timer));
  const served = await serve(context, queue.handler, bodies);
  return { ...served, queue, metrics, text: () => renderPrometheus(metrics.snapshot()) };
}

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 2));
}
