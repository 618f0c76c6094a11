import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test, type TestContext } from 'node:test';
import { House, owner, type Places } from './house.ts';
import { type Knock, knock, knocks, untilRefused } from './knocks.ts';
import { password } from './people.ts';
import { type CredentialName, doors, isCookie } from './table.ts';

/** Milliseconds from when somebody asks for it until the last door no longer lets in what was revoked. */
const promised = 1000;

const contributor = 'contributor@example.com';
const house = new House();
let places: Places;
/** The same doors, by the second gateway. */
let elsewhere: Places;
let longest = 0;

before(async () => {
  ({ places } = await house.open());
  elsewhere = { ...places, gateway: await house.anotherGateway() };
});
after(() => house.close());

/** A credential, and whose column of the table it is let in by. */
interface Shown {
  readonly as: CredentialName;
  readonly value: string;
}

interface Way {
  readonly door: string;
  readonly at: Knock;
  readonly shown: Shown;
  readonly good: number;
  readonly ended: number;
}

/** Every door that tells what is good from what was revoked; those of a gateway twice, by each of the two. */
function waysOf(shown: Shown): Way[] {
  const endedAs = isCookie(shown.as) ? 'cookieExpired' : 'revoked';
  return doors.flatMap(({ door, answers }) => {
    const [good, ended] = [answers[shown.as], answers[endedAs]];
    if (good === ended) return [];
    const both = door.startsWith('gateway, ') ? [places, elsewhere] : [places];
    return both.map((one, at) => ({
      door: at === 0 ? door : `${door}, the second gateway`,
      at: knocks[door](one),
      shown,
      good,
      ended,
    }));
  });
}

/**
 * Revokes something while it is shown at every door, again and again; tells how long the last let it in. What was refused once stays so.
 * @param since what that is counted from: when it was asked for, or when the first door refused, where much is done before
 */
async function revokedWithin(
  context: TestContext,
  credentials: readonly Shown[],
  revoke: () => Promise<unknown>,
  since: 'asked' | 'first' = 'asked',
): Promise<void> {
  const ways = credentials.flatMap(waysOf);
  assert.ok(ways.length >= 10, String(ways.length));
  const statuses = (): Promise<(readonly [string, number])[]> =>
    Promise.all(
      ways.map(async ({ door, at, shown }) => [door, await knock(at, shown.as, shown.value)] as const),
    );
  assert.deepEqual(
    await statuses(),
    ways.map(({ door, good }) => [door, good]),
  );
  const began = performance.now();
  const asked = revoke();
  const refused = await Promise.all(
    ways.map(({ at, shown, good }) => untilRefused(at, shown.as, shown.value, good)),
  );
  await asked;
  const from = since === 'asked' ? began : Math.min(...refused);
  const took = ways.map(({ door, shown }, at) => ({
    door: `${door} (${shown.as})`,
    milliseconds: Math.round((refused[at] ?? Infinity) - from),
  }));
  assert.deepEqual(
    await statuses(),
    ways.map(({ door, ended }) => [door, ended]),
  );
  const slowest = took.reduce((one, other) => (one.milliseconds > other.milliseconds ? one : other));
  longest = Math.max(longest, slowest.milliseconds);
  context.diagnostic(
    `${ways.length} ways; the longest took ${slowest.milliseconds} ms: ${slowest.door}; the longest so far ${longest} ms`,
  );
  assert.ok(slowest.milliseconds < promised, `${slowest.door} let it in for ${slowest.milliseconds} ms`);
}

/** Logs out with a session, as a program does. */
async function logOut(value: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { cookie: `authservice_session=${value}` };
  const sending = request(`${places.gateway}/logout`, { method: 'POST', headers, agent: false }, response => {
    response.resume().on('end', () => resolve(response.statusCode ?? 0));
  });
  sending.on('error', reject).end();
  assert.equal(await promise, 303);
}

test('a session that ends at one gateway', async context => {
  const value = await house.session(owner, house.ownPassword);
  await revokedWithin(context, [{ as: 'cookie', value }], () => logOut(value));
});

test('an API token', async context => {
  const named = { owner, name: 'short', verbs: ['predict', 'read', 'write'], lifetime: 3_600_000 };
  const { token } = await house.api.identity<{ token: string }>('POST', 'tokens', named);
  await revokedWithin(context, [{ as: 'owner', value: token }], () =>
    house.api.identity('DELETE', `tokens/short?owner=${owner}`),
  );
});

/** What somebody has logged in to. */
async function loggedIn(typed: string): Promise<Shown[]> {
  return [
    { as: 'cookie', value: await house.session(contributor, typed) },
    { as: 'idToken', value: await house.idToken(contributor, typed) },
  ];
}

test('what was logged in to with a password before, then somebody who is removed, with all that he had', async context => {
  const another = `another ${password}`;
  const change = (): Promise<unknown> =>
    house.api.identity('PUT', `users/${contributor}`, { password: another });
  await revokedWithin(context, await loggedIn(password), change, 'first');
  const named = { owner: contributor, name: 'his', verbs: ['predict', 'read', 'write'], lifetime: 3_600_000 };
  const { token } = await house.api.identity<{ token: string }>('POST', 'tokens', named);
  const all = [...(await loggedIn(another)), { as: 'contributor' as const, value: token }];
  await revokedWithin(context, all, () => house.api.identity('DELETE', `users/${contributor}`));
});
