/** What a token of the issuer is good for once the logins of its owner have ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyGrantOf, everyGrantOfId } from '../../src/edge/identity/index.ts';
import {
  asked,
  basic,
  codeOf,
  exchange,
  get,
  issuing,
  kubeflow,
  post,
  type Tokens,
  user,
} from './issuing.ts';

const plain = asked.replace(/scope=[^&]*/, 'scope=openid');

for (const [what, path, id] of [
  ['an address', asked, everyGrantOf(user.email)],
  ['an id alone', plain, everyGrantOfId(user.userId)],
] as const) {
  test(`a token that tells ${what} is good for nothing after that`, async context => {
    const { port, records, pass } = await issuing(context);
    const { access_token: token } = JSON.parse(
      (await exchange(port, await codeOf(port, path))).body,
    ) as Tokens;
    const told = async (): Promise<readonly unknown[]> => {
      const info = await get(port, '/dex/userinfo', { Authorization: `Bearer ${token}` });
      const state = await post(port, '/dex/token/introspect', `token=${token}`, basic(kubeflow));
      return [info.status, (JSON.parse(state.body) as { active: boolean }).active];
    };
    assert.deepEqual(await told(), [200, true]);
    const value = (before: number): string => JSON.stringify({ before });
    records.put('revoked-grant', { id, value: value(Date.now() - 60_000), owner: '', expires: Infinity });
    assert.deepEqual(await told(), [200, true], 'later than what has ended');
    records.put('revoked-grant', { id, value: value(Date.now()), owner: '', expires: Infinity });
    assert.deepEqual(await told(), [401, false]);
    pass(1000);
    const next = JSON.parse((await exchange(port, await codeOf(port, path))).body) as Tokens;
    const { status } = await get(port, '/dex/userinfo', { Authorization: `Bearer ${next.access_token}` });
    assert.equal(status, 200);
  });
}
