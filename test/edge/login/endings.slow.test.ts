/** Logins that end at the very moment at which somebody's password changes. */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { approved, cookieOf, fetched } from './client.ts';
import { House, password, people } from './house.ts';

const [user = ''] = people;
const rounds = 24;
let house: House;

before(async () => {
  house = await House.open();
  await house.serve('mine', 'iris');
});

after(() => house.close());

interface Change {
  readonly about: Promise<void>;
  readonly done: Promise<void>;
  /** Later: what is issued within the second of the change cannot be told from what was before. */
  readonly settled: Promise<void>;
}

/** Changes the password so many turns of the event loop after it is about to be changed. */
function change(to: string, turns: number): Change {
  const about = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const settled = house.people.setPassword(user, to, async put => {
    about.resolve();
    for (let at = 0; at < turns; at++) await turn();
    const ending = house.keeper.endUser(user, false, put);
    done.resolve();
    await ending;
  });
  return { about: about.promise, done: done.promise, settled };
}

test('no session of the password before outlives its change, whenever that comes', async () => {
  const settled: Promise<void>[] = [];
  let [current, opened, refused] = [password, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const callback = await approved(house.port, { user, password: current });
    const next = `another password ${round}`;
    // The last ones wait long enough for a login to end first, however fast turns go by.
    const turns = round * 3 + Math.floor(1.6 ** round) - 1;
    const changing = change(next, turns);
    settled.push(changing.settled);
    await changing.about;
    const answer = await fetched(house.port, callback);
    await changing.done;
    current = next;
    // Later logins tell a later second.
    house.ahead += 1000;
    if (answer.status !== 302) {
      refused++;
      assert.ok([400, 401].includes(answer.status), answer.text);
      continue;
    }
    opened++;
    const cookie = cookieOf(answer, 'authservice_session');
    const known = await house.keeper.who(cookie.split('=')[1] ?? '');
    assert.equal(known, undefined, `a session outlives the password, after ${turns} turns`);
    assert.equal((await fetched(house.port, '/v2/models/iris', { headers: { cookie } })).status, 302);
  }
  await Promise.all(settled);
  assert.ok(opened > 0, 'every change came before the login ended');
  assert.ok(refused > 0, 'every change came after the login ended');
});
