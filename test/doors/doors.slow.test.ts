import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Ending, House, namespace, type Places } from './house.ts';
import { type Knock, knock, knocks, untilRefused } from './knocks.ts';
import { type CredentialName, credentials, doors } from './table.ts';

/** A call of a model, as Kubeflow's test of KServe makes it. */
function predicting(url: string, name: string, host?: string): Knock {
  const body = { instances: [[6.8, 2.8, 4.8, 1.4]] };
  return { url: `${url}v1/models/${name}:predict`, body, ...(host !== undefined && { host }) };
}

const house = new House();
let places: Places;
let held: Readonly<Record<CredentialName, string>>;

before(async () => {
  const opened = await house.open();
  ({ places } = opened);
  const ending = await house.ending();
  held = { ...opened.held, ...ending };
  await usedUntilTheyEnd(ending);
});
after(() => house.close());

/** Everywhere where somebody is known by them they are shown while they are good, and may be remembered; they have ended then. */
async function usedUntilTheyEnd({ tokenExpired, cookieExpired }: Ending): Promise<void> {
  const shown = [
    ['tokenExpired', tokenExpired, 'owner'],
    ['cookieExpired', cookieExpired, 'cookie'],
  ] as const;
  for (const [name, value, as] of shown) {
    const found = doors.map(async ({ door }) => [door, await knock(knocks[door](places), name, value)]);
    const good = doors.map(({ door, answers }) => [door, answers[as]]);
    assert.deepEqual(await Promise.all(found), good, `${name}, while it is good`);
  }
  const ends = shown.flatMap(([name, value, as]) =>
    doors
      .filter(({ answers }) => answers[name] !== answers[as])
      .map(({ door, answers }) => untilRefused(knocks[door](places), name, value, answers[as])),
  );
  assert.ok(ends.length > 20, String(ends.length));
  await Promise.all(ends);
}

for (const { door, answers } of doors) {
  const how = knocks[door];
  test(door, async () => {
    const names = Object.keys(credentials) as CredentialName[];
    const found = await Promise.all(
      names.map(async name => [name, await knock(how(places), name, held[name])] as const),
    );
    assert.deepEqual(Object.fromEntries(found), answers);
  });
}

test('what Kubeflow expects of KServe among several people: by path, by host, from inside, from another namespace', async () => {
  const inside = `queued-predictor.${namespace}.svc.cluster.local`;
  const outside = `queued.${namespace}.example.com`;
  const byPath = predicting(places.gateway + places.path, 'queued');
  const byHost = predicting(`${places.gateway}/`, 'queued', outside);
  const byName = predicting(`${places.gateway}/`, 'queued', inside);
  const local = predicting(`${places.localGateway}/`, 'queued', inside);
  const attacker = await house.attacker();
  const table: readonly (readonly [
    what: string,
    to: Knock,
    CredentialName,
    value: string,
    status: number,
  ])[] = [
    ['by path, no token', byPath, 'none', '', 302],
    ['by path, a token of default-editor', byPath, 'account', held.account, 200],
    ['by host, no token', byHost, 'none', '', 302],
    ['by host, a token of default-editor', byHost, 'account', held.account, 200],
    ['by the name inside, no token', byName, 'none', '', 302],
    ['by the name inside, an invalid token', byName, 'wrong', 'invalid-token', 401],
    ['the gateway for inside, no token', local, 'none', '', 401],
    ['the gateway for inside, a token of default-editor', local, 'account', held.account, 200],
    ['the gateway for inside, a token of another namespace', local, 'account', attacker, 403],
    ['by path, a token of another namespace', byPath, 'account', attacker, 404],
  ];
  for (const [what, to, name, value, status] of table)
    assert.equal(await knock(to, name, value), status, what);
});

test('davit auth gives the answer of the gateway, and says by which rule', async () => {
  const table = [
    ['owner', 'user@example.com', 'yes', /namespaceAdmin\/kubeflow-user-example-com/],
    [
      'viewer',
      'viewer@example.com',
      'yes',
      /"viewer\/kubeflow-user-example-com" of ClusterRole "kubeflow-view"/,
    ],
    ['other', 'other@example.com', 'no', /no role that other@example\.com has in namespace/],
    ['account', `system:serviceaccount:${namespace}:default-editor`, 'yes', /"default-editor\//],
    ['none', 'system:anonymous', 'no', /no role that system:anonymous has/],
  ] as const;
  for (const [name, user, answer, rule] of table) {
    const found = await house.auth('can-i', 'predict', 'plain', '-n', namespace, '--as', user);
    assert.equal(found.split(/\s/)[0], answer, user);
    const reached = doors[0].answers[name] === 200;
    assert.equal(answer === 'yes', reached, user);
    assert.match(await house.auth('why', 'predict', 'plain', '-n', namespace, '--as', user), rule);
  }
  const words = [
    'predict',
    'plain',
    '-n',
    namespace,
    '--as',
    'system:anonymous',
    '--path',
    '/v2/models/plain/ready',
  ];
  assert.equal(await house.auth('can-i', ...words), 'yes\n');
});
