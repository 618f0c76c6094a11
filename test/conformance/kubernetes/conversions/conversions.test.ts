import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Converting } from '../../../apiserver/converting.ts';
import { Cluster } from '../../../apiserver/serving.ts';
import { Player, type Said } from './play.ts';

let cluster: Cluster;
const webhook = new Converting();
before(async () => {
  cluster = await Cluster.open();
  await webhook.listen();
});
after(async () => {
  await webhook.close();
  await cluster.close();
});

const recorded = JSON.parse(
  readFileSync(new URL('recorded.json', import.meta.url), 'utf8'),
) as readonly Said[];

test('what a webhook makes of objects, well and badly, is what a real API server makes of it', async () => {
  const player = new Player((method, path, body) => cluster.ask(method, path, { body }), webhook);
  assert.deepEqual(await player.play(), recorded);
});
