import assert from 'node:assert/strict';
import type { TestPod } from './node.ts';

/** Milliseconds to wait for what is only a matter of time. */
export const patience = 60_000;
/** Milliseconds between two requests. */
const pause = 5;

/** Asks the model of a pod; a word in `body` may be a fault that is planted. */
export function ask(pod: TestPod, body: object = {}): Promise<Response> {
  const text = JSON.stringify({ instances: [[6.8, 2.8, 4.8, 1.4]], ...body });
  const url = `http://${pod.status?.podIP}:8080/v1/models/iris:predict`;
  return fetch(url, { method: 'POST', body: text });
}

/** Asks again and again, one request after the other, and counts what comes of them. */
export class Asking {
  answered = 0;
  failed = 0;
  /** How often answers stopped coming. */
  gaps = 0;
  /** The longest time between two answers, milliseconds. */
  longest = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  /** @param isAnswered one request: whether it was answered as it should be */
  constructor(isAnswered: () => Promise<boolean>) {
    this.#done = this.#ask(isAnswered);
  }

  async #ask(isAnswered: () => Promise<boolean>): Promise<void> {
    let last = performance.now();
    let away = false;
    while (!this.#stopped) {
      const right = await isAnswered();
      if (right) {
        this.longest = Math.max(this.longest, performance.now() - last);
        last = performance.now();
        this.answered++;
      } else this.failed++;
      if (!right && !away) this.gaps++;
      away = !right;
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }

  /** Waits for so many more answers. */
  async more(count: number): Promise<void> {
    const until = this.answered + count;
    const end = performance.now() + patience;
    while (this.answered < until) {
      assert.ok(performance.now() < end, 'it does not answer any more');
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }
}

/** Whether the model of a pod answers a request. */
export async function isAnswered(pod: TestPod): Promise<boolean> {
  try {
    const answer = await ask(pod);
    return answer.status === 200 && (await answer.text()) === '{"predictions":[1]}';
  } catch {
    return false;
  }
}
