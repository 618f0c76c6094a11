import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { fetched, loggedIn } from './client.ts';
import { House, password, people } from './house.ts';

const [user = '', viewer = ''] = people;
const path = '/v2/models/iris/infer';

interface Told {
  readonly error: string;
  readonly candidates: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly host: string;
  }[];
}

/** What a 409 says, and that it is one. */
function told({ status, headers, text }: Awaited<ReturnType<typeof fetched>>): Told {
  assert.equal(status, 409, text);
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['davit-error-code'], 'route-ambiguous');
  assert.equal(Number(headers['content-length']), Buffer.byteLength(text));
  return JSON.parse(text) as Told;
}

function candidates(...namespaces: string[]): Told['candidates'] {
  return namespaces.map(namespace => ({ namespace, name: 'iris', host: `iris.${namespace}.example.com` }));
}

async function houseOf(open: boolean): Promise<House> {
  const house = await House.open({ open });
  for (const namespace of ['mine', 'other', 'ours']) await house.serve(namespace, 'iris');
  return house;
}

suite('a name that services of several namespaces have, where everybody is let in', () => {
  let house: House;
  before(async () => (house = await houseOf(true)));
  after(() => house.close());

  test('is answered 409 with every one of them, and their Host leads to each', async () => {
    const answer = told(await fetched(house.port, path, { body: '{}' }));
    assert.deepEqual(answer.candidates, candidates('mine', 'other', 'ours'));
    assert.equal(
      answer.error,
      'Several services are called iris: send the Host of the one that is meant: iris.mine.example.com ' +
        '(namespace mine), iris.other.example.com (namespace other), iris.ours.example.com (namespace ours).',
    );
    assert.deepEqual(house.received, []);
    for (const { namespace, host } of answer.candidates) {
      const { status, text } = await fetched(house.port, path, { body: '{}', headers: { host } });
      assert.deepEqual([status, JSON.parse(text)], [200, { service: `${namespace}/iris` }]);
    }
  });
});

suite('a name that services of several namespaces have, where people log in', () => {
  let house: House;
  before(async () => (house = await houseOf(false)));
  after(() => house.close());

  test('is answered with those alone that the one who asks may know of', async () => {
    for (const who of [user, viewer]) {
      const headers = { cookie: await loggedIn(house.port, { user: who, password }) };
      const answer = told(await fetched(house.port, path, { body: '{}', headers }));
      assert.deepEqual(answer.candidates, candidates('mine', 'ours'), who);
      assert.doesNotMatch(JSON.stringify(answer), /other/);
    }
    assert.deepEqual(house.received, []);
  });

  test('is told to nobody who has not said who he is', async () => {
    const { status, text } = await fetched(house.port, path, { body: '{}' });
    assert.equal(status, 302, text);
    assert.doesNotMatch(text, /mine|ours|other/);
  });
});
