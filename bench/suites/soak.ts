import { readdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../accounting.ts';
import { ask } from '../ask.ts';
import { exchange } from '../exchange.ts';
import { davit } from '../lineup.ts';
import type { Running } from '../running.ts';
import type { Session } from '../session.ts';
import { type Hostile, hostile, mutated, randomFrom } from '../soakcases.ts';
import { slope } from '../statistics.ts';
import { figure, table } from '../table.ts';
import { isRight, type Workload, workload } from '../workload.ts';

const validLoops = 4;
/** A hostile request that is neither answered nor ended so long hangs; shorter than any time-out would excuse. */
const hangMillis = 20_000;

interface Tally {
  valid: number;
  hostile: number;
  churned: number;
  readonly unexpected: Map<string, number>;
}

function blame(tally: Tally, what: string): void {
  tally.unexpected.set(what, (tally.unexpected.get(what) ?? 0) + 1);
}

async function sendValid(running: Running, two: Workload, tally: Tally, agent?: Agent): Promise<void> {
  const question = { port: running.port, path: two.path, body: two.body, agent };
  const answer = await ask(question).catch(() => undefined);
  if (answer === undefined) blame(tally, 'valid request: connection failed');
  else if (!isRight(answer, two))
    blame(tally, `valid request: ${answer.status} ${answer.text.slice(0, 100)}`);
}

async function sendHostile(running: Running, one: Hostile, tally: Tally): Promise<void> {
  try {
    const status = await exchange(running.port, one, hangMillis);
    if (!one.isFit(status)) blame(tally, `${one.name}: ${status ?? 'no answer'}`);
  } catch (thrown) {
    blame(tally, `${one.name}: ${String(thrown)}`);
  }
}

/** Everything at once until `end`: kept connections, new ones for each request, and hostile ones. */
async function storm(
  running: Running,
  two: Workload,
  tally: Tally,
  seed: number,
  end: number,
): Promise<void> {
  const random = randomFrom(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: validLoops });
  const during = async (step: () => Promise<void>): Promise<void> => {
    while (performance.now() < end) await step();
  };
  const valid = (): Promise<void> =>
    during(async () => {
      await sendValid(running, two, tally, agent);
      tally.valid++;
    });
  const churn = (): Promise<void> =>
    during(async () => {
      await sendValid(running, two, tally);
      tally.churned++;
    });
  const attack = (): Promise<void> =>
    during(async () => {
      const fixed = hostile[Math.floor(random() * hostile.length)]!;
      await sendHostile(running, random() < 0.5 ? fixed : mutated(two.body, random), tally);
      tally.hostile++;
    });
  await Promise.all([...Array.from({ length: validLoops }, valid), churn(), attack()]);
  agent.destroy();
}

interface Sample {
  readonly minutes: number;
  readonly rss: number;
  readonly descriptors: number;
}

function sampleOf(running: Running, began: number): Sample {
  const descriptors = readdirSync(`/proc/${running.pid}/fd`).length;
  return { minutes: (performance.now() - began) / 60_000, rss: memoryOf(running.pid).rss, descriptors };
}

async function watch(session: Session, running: Running, tally: Tally, end: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const began = performance.now();
  for (let count = 0; performance.now() < end; count++) {
    await sleep(1000);
    const sample = sampleOf(running, began);
    samples.push(sample);
    session.record('soak', { server: running.server.name, ...sample });
    if (count % 30 === 0) {
      const seen = `${tally.valid} valid, ${tally.churned} churned, ${tally.hostile} hostile`;
      session.tell(
        `${figure(sample.minutes)} min: ${figure(sample.rss)} MiB, ${sample.descriptors} descriptors; ${seen}`,
      );
    }
  }
  return samples;
}

function report(name: string, samples: readonly Sample[], tally: Tally): string {
  const settled = samples.slice(samples.length >> 1);
  const perHour = slope(settled.map(({ minutes, rss }) => [minutes / 60, rss]));
  const sizes = samples.map(({ rss }) => rss);
  const rows: [string, string][] = [
    ['requests: valid, churned, hostile', [tally.valid, tally.churned, tally.hostile].map(figure).join(', ')],
    ['RSS first, last, largest MiB', [sizes[0]!, sizes.at(-1)!, Math.max(...sizes)].map(figure).join(', ')],
    ['RSS slope over the second half, MiB an hour', figure(perHour)],
    ['descriptors first, last', `${samples[0]!.descriptors}, ${samples.at(-1)!.descriptors}`],
    ...[...tally.unexpected].map(([what, count]): [string, string] => [`UNEXPECTED ${what}`, String(count)]),
  ];
  return `## Soak of ${name}\n\n${table(['what', 'figure'], rows)}`;
}

/** Valid and hostile requests and connection churn for some minutes; any wrong status, hang or death is unexpected. */
export async function soak(session: Session): Promise<void> {
  const two = workload('iris', 2);
  const seed = Date.now() % 1_000_000;
  session.tell(`seed ${seed}`);
  const servers = session.chosen(session.builds.map(build => davit(build, ['iris'])));
  for (const server of servers) {
    await session.with([server], two, async ([running]) => {
      if (running === undefined) return;
      const tally: Tally = { valid: 0, hostile: 0, churned: 0, unexpected: new Map() };
      const end = performance.now() + session.options.minutes * 60_000;
      const [samples] = await Promise.all([
        watch(session, running, tally, end),
        storm(running, two, tally, seed, end),
      ]);
      await running.check(two);
      session.print(report(server.name, samples, tally));
      if (tally.unexpected.size > 0) session.unfit.push(`${server.name}: unexpected answers`);
    });
  }
}
