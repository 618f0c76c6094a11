import { Agent, request } from 'node:http';

/** Where requests go, and what is right. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly hostHeader: string;
  readonly body: string;
  readonly answer: string;
}

/** What came of requests. */
export interface Outcome {
  readonly sent: number;
  /** Those that were not answered rightly, by what came instead. */
  readonly lost: ReadonlyMap<string, number>;
  /** Milliseconds from when each was due to its answer. */
  readonly delays: readonly number[];
}

/** Milliseconds that an answer is waited for. */
const patience = 30_000;
/** Milliseconds between two looks at what is due. */
const tick = 5;

/** Sends requests without ever trying one again. */
export class Sender {
  readonly #target: Target;
  readonly #agent = new Agent({ keepAlive: true, scheduling: 'fifo' });
  readonly #lost = new Map<string, number>();
  readonly #delays: number[] = [];
  #sent = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  /** One request that was due at a time; resolves once it is answered or lost. */
  send(due: number): Promise<void> {
    this.#sent++;
    const { host, port, path, hostHeader, body, answer } = this.#target;
    return new Promise(resolve => {
      const settle = (fault?: string): void => {
        if (fault === undefined) this.#delays.push(performance.now() - due);
        else this.#lost.set(fault, (this.#lost.get(fault) ?? 0) + 1);
        resolve();
      };
      const headers = { host: hostHeader, 'content-length': Buffer.byteLength(body) };
      const options = { host, port, path, method: 'POST', headers, agent: this.#agent, timeout: patience };
      const sent = request(options, response => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', error => settle(error.message));
        response.on('end', () => {
          const right = response.statusCode === 200 && text === answer;
          settle(right ? undefined : `${response.statusCode} ${text.slice(0, 200)}`);
        });
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', error => settle(error.message));
      sent.end(body);
    });
  }

  outcome(): Outcome {
    return { sent: this.#sent, lost: this.#lost, delays: this.#delays };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Answers a second that a target gives when each of some connections asks again at once. */
export async function capacity(target: Target, connections: number, seconds: number): Promise<number> {
  const sender = new Sender(target);
  const until = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) await sender.send(performance.now());
    }),
  );
  sender.close();
  return sender.outcome().delays.length / seconds;
}

/** Sends requests at a constant rate a second, however long answers take. */
export async function arrivals(target: Target, rate: number, count: number): Promise<Outcome> {
  const sender = new Sender(target);
  const start = performance.now();
  const all: Promise<void>[] = [];
  await new Promise<void>(resolve => {
    const timer = setInterval(() => {
      const due = Math.min(count, Math.floor(((performance.now() - start) * rate) / 1000));
      while (all.length < due) all.push(sender.send(start + (all.length * 1000) / rate));
      if (all.length < count) return;
      clearInterval(timer);
      resolve();
    }, tick);
  });
  await Promise.all(all);
  sender.close();
  return sender.outcome();
}
