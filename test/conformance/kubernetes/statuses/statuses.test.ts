import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster } from '../../../apiserver/serving.ts';
import { kinds, requests } from './cases.ts';
import { play } from './play.ts';
import recorded from './recorded.json' with { type: 'json' };

const answers: Readonly<Record<string, unknown>> = recorded.answers;
let cluster: Cluster;
let ours: Readonly<Record<string, unknown>>;
before(async () => {
  cluster = await Cluster.open();
  ours = await play((method, path, body, type) =>
    cluster.ask(method, path, {
      ...(body !== undefined && { body, type: type ?? 'application/json' }),
      headers: { 'user-agent': 'tests/1' },
    }),
  );
});
after(() => cluster.close());

for (const { name } of [...kinds, ...requests]) {
  test(`${name}: a write of the status leaves what the real server leaves`, () => {
    assert.deepEqual(ours[name], answers[name]);
  });
}

test('what is recorded is what there are cases of', () => {
  assert.deepEqual(
    Object.keys(answers),
    [...kinds, ...requests].map(({ name }) => name),
  );
});
