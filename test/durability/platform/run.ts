/**
 * Kills parts of `davit up` at random moments while InferenceServices are made, changed and deleted, and looks whether everything
 * comes to rest as it was acknowledged: `node test/durability/platform/run.ts [--kills N] [--seed N]`.
 * After every 20 kills what was acknowledged has to be there, and each service ready and answering; then all are deleted, and nothing
 * of them may be left: no process, no port. At last all processes are killed at once, as a power cut does it. Closing line: "N passed, N failed".
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../../fuzz/random.ts';
import { blocksOf, keptPort } from '../../e2e/platform.ts';
import { Models } from './models.ts';
import { Platform } from './platform.ts';
import { Services } from './services.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '500' }, seed: { type: 'string' } },
});
const kills = Number(values.kills);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const numbers = new Random(seed);
const random = (): number => numbers.next();
/** Services at a time, kills between two looks, and milliseconds between two kills and two changes at most. */
const count = 5;
const round = 20;
const longest = 1500;
const between = 1000;

const folder = mkdtempSync(join(tmpdir(), 'davit-kills-'));
mkdirSync(join(folder, 'tmp'));
const models = await Models.start();
const blocks = blocksOf(131);
const ports = { api: await keptPort(), gateway: await keptPort() };
const platform = new Platform(folder, blocks, ports);
await platform.start();
const services = await Services.of(platform.kubeconfig, models.url, random);
let passed = 0;
const faults: string[] = [];

/** Changes until the function that is returned is called; it resolves once the last was answered. */
function changing(): () => Promise<void> {
  const stop = new AbortController();
  const ended = (async () => {
    while (!stop.signal.aborted) {
      await services.touch(count);
      await new Promise(resolve => setTimeout(resolve, random() * between));
    }
  })();
  return () => {
    stop.abort();
    return ended;
  };
}

async function look(when: string): Promise<void> {
  const lost: string[] = [];
  for (let number = 0; number < count; number++) lost.push(...(await services.look(`service-${number}`)));
  const unsettled = await platform.settles(() => services.unsettled(platform.gateway));
  await services.removeAll(count);
  const left = await platform.settles(async () => [
    ...(await services.left()),
    ...platform.leftovers(await services.addresses()),
  ]);
  const found = [...lost, ...unsettled, ...left];
  if (found.length === 0) passed++;
  else faults.push(`${when}: ${found.join('; ')}`);
  process.stdout.write(
    `${found.length === 0 ? '✔' : '✖'} ${when}${found.map(text => `\n  ${text}`).join('')}\n`,
  );
}

try {
  let killed = 0;
  while (killed < kills) {
    const stop = changing();
    const until = Math.min(killed + round, kills);
    while (killed < until) {
      await new Promise(resolve => setTimeout(resolve, random() * longest));
      if (await platform.killOne(random)) killed++;
    }
    await stop();
    await look(`${killed} kills: ${platform.tally()}`);
  }
  for (let touches = 0; touches < 2 * count; touches++) await services.touch(count);
  await platform.settles(() => services.unsettled(platform.gateway));
  await platform.powerCut();
  const afterwards = await platform.settles(() => services.unsettled(platform.gateway));
  if (afterwards.length > 0) faults.push(...afterwards);
  await look('after a power cut');
  await platform.stop();
  const last = platform.everything();
  process.stdout.write(
    `${last.length === 0 ? '✔' : '✖'} nothing is left after davit down ${last.join('; ')}\n`,
  );
  if (last.length === 0) passed++;
  else faults.push(...last);
} finally {
  services.close();
  platform.end();
  models.stop();
}
process.stdout.write(
  `seed ${seed}: ${services.acknowledged} acknowledged changes over ${kills} kills (${platform.tally()})\n`,
);
if (faults.length === 0) rmSync(folder, { recursive: true });
else {
  writeFileSync(join(folder, 'log'), platform.said());
  process.stdout.write(`${folder} is left to look at\n`);
}
process.stdout.write(`${passed} passed, ${faults.length} failed\n`);
process.exit(faults.length === 0 ? 0 : 1);
