import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster } from '../../../apiserver/serving.ts';
import { cases } from './cases.ts';
import { play } from './play.ts';
import recorded from './recorded.json' with { type: 'json' };

const answers: Readonly<Record<string, unknown>> = recorded.answers;
let cluster: Cluster;
let ours: Readonly<Record<string, unknown>>;
before(async () => {
  cluster = await Cluster.open();
  ours = await play((method, path, body, type) =>
    cluster.ask(method, path, { ...(body !== undefined && { body, type: type ?? 'application/json' }) }),
  );
});
after(() => cluster.close());

for (const { name, asks } of cases) {
  test(`${asks.part}: ${name}: as the real server`, () => {
    assert.deepEqual(ours[name], answers[name]);
  });
}

test('what is recorded is what there are cases of', () => {
  assert.deepEqual(
    Object.keys(answers),
    cases.map(({ name }) => name),
  );
});
