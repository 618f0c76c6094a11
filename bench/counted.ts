import { Agent } from 'node:http';
import { ask, type Question } from './ask.ts';
import { median, quantile } from './statistics.ts';
import type { Load } from './wrk.ts';

const least = 2;

/** Sends a question, and again as soon as its answer is there, over one kept connection: for some seconds, twice at least. */
export async function askOneByOne(question: Question, seconds: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const millis: number[] = [];
  let errors = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  let now = began;
  while (now < end || millis.length < least) {
    const { status } = await ask({ ...question, agent });
    if (status !== 200) errors++;
    const before = now;
    now = performance.now();
    millis.push(now - before);
  }
  agent.destroy();
  const taken = (now - began) / 1000;
  return {
    requests: millis.length,
    seconds: taken,
    rate: millis.length / taken,
    p50: median(millis),
    p99: quantile(millis, 0.99),
    max: Math.max(...millis),
    errors,
  };
}
