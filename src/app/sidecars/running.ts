import { steadyNow } from '../../base/clock/index.ts';
import type { Log } from '../../base/log/index.ts';
import type { Metrics } from '../../base/metrics/index.ts';
import type { Handler, ListenerOptions } from '../../base/net/index.ts';
import {
  adminPage,
  type Guard,
  metricsPage,
  type Queue,
  reportInterval,
  StatPage,
  withModelsPage,
} from '../../serve/queue/index.ts';
import type { AgentLayer } from './layers.ts';
import { Ports } from './ports.ts';
import { Ticking } from './ticking.ts';
import type { AgentSettings, QueueProxySettings } from './told.ts';

/** Time-outs that are looked after: all of a process by one timer. */
const sweeping = new Ticking(100);
/** Seconds that are told of. */
const telling = new Ticking(reportInterval);
/** Lists of models that are looked at for changes. */
const looking = new Ticking(200);

/** How requests arrive: bodies, and the limits of a listener beside ours. */
export interface Arrival {
  readonly bodies: 'whole' | 'streamed';
  readonly limits?: ListenerOptions['limits'];
}

/** Queues that serve: their ports, their clocks, and their end. */
export class Running {
  readonly #ports: Ports;
  readonly #log: Log;
  readonly #guard: Guard | undefined;
  readonly #queues: Queue[] = [];
  readonly #closing: ((within: number) => Promise<void>)[] = [];
  readonly #untick: (() => void)[] = [];
  #quiet = 0;
  #ending = false;

  /** @param guard stands before every queue; undefined where nobody has to be known */
  constructor(host: string, log: Log, guard?: Guard) {
    this.#ports = new Ports(host);
    this.#log = log;
    this.#guard = guard;
  }

  async openQueue(
    queue: Queue,
    settings: QueueProxySettings,
    arrival: Arrival,
    metrics: Metrics,
  ): Promise<void> {
    const { quiet, pod = '', servingPort, adminPort, statPort, metricsPort } = settings;
    this.#add(queue, quiet);
    const stat = new StatPage(pod, queue.load, steadyNow());
    this.#untick.push(telling.add(() => stat.tick(steadyNow())));
    const whole = { bodies: 'whole' } as const;
    const [serving, admin, scraped, shown] = await Promise.all([
      this.#ports.open({ port: servingPort, handler: this.#before(queue.handler), ...arrival }),
      this.#ports.open({ port: adminPort, handler: adminPage(queue, quiet, () => this.#ending), ...whole }),
      this.#ports.open({ port: statPort, handler: stat.handler, ...whole }),
      this.#ports.open({ port: metricsPort, handler: metricsPage(metrics), ...whole }),
    ]);
    this.#log.info('queue-proxy serves', { port: serving, admin, stat: scraped, metrics: shown });
  }

  /** @param pod its UID, by which its controller asks how its models are */
  async openAgent(layer: AgentLayer, settings: AgentSettings, arrival: Arrival, pod?: string): Promise<void> {
    const { queue, handler, puller } = layer;
    this.#add(queue, settings.quiet);
    this.#closing.push(within => layer.close(within));
    if (puller !== undefined) this.#untick.push(looking.add(() => void puller.look()));
    const guarded = this.#before(handler);
    const first = puller === undefined ? guarded : withModelsPage(guarded, () => puller.models(), pod);
    const port = await this.#ports.open({ port: settings.port, handler: first, ...arrival });
    this.#log.info('agent serves', { port });
  }

  #before(handler: Handler): Handler {
    return this.#guard?.before(handler, true) ?? handler;
  }

  #add(queue: Queue, quiet: number): void {
    this.#queues.push(queue);
    this.#quiet = Math.max(this.#quiet, quiet);
    this.#untick.push(sweeping.add(() => queue.sweep()));
  }

  /** Tells probes that the pod goes, serves on until it is quiet, and closes; in all within so many milliseconds. */
  async stop(grace: number): Promise<void> {
    this.#ending = true;
    this.#ports.leave();
    const until = steadyNow() + grace;
    const quiet = Math.min(this.#quiet, grace);
    const drained = Promise.all(this.#queues.map(queue => queue.drain(quiet)));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, grace);
    await Promise.race([drained, late]);
    clearTimeout(timer);
    await this.#ports.drain(Math.max(0, until - steadyNow()));
    for (const untick of this.#untick) untick();
    await Promise.all(this.#closing.map(close => close(Math.max(1000, until - steadyNow()))));
  }
}
