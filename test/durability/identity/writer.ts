/** Opens and ends sessions and tokens in the file of its first argument, and says so once each is done, until it is killed. */
import { writeSync } from 'node:fs';
import { keeperOver } from './keeping.ts';

const [, , path = '', round = ''] = process.argv;
const { keeper } = keeperOver(path);
const expires = Date.now() + 3_600_000;

function say(what: string, secret: string): void {
  writeSync(1, `${what} ${secret}\n`);
}

for (let at = 0; ; at++) {
  const user = { name: `user-${round}-${at}@example.com`, groups: [] };
  const { handle } = await keeper.open({ user, grant: `grant-${round}-${at}`, expires });
  say('good', handle);
  const { token } = keeper.createToken(user, { verbs: ['predict'], lifetime: 3_600_000 });
  say('good', token);
  if (at % 3 === 0) {
    say('ending', handle);
    await keeper.close(handle);
    say('ended', handle);
  }
  if (at % 3 === 1) {
    say('ending', handle);
    keeper.revoke(`grant-${round}-${at}`, user.name);
    say('ended', handle);
  }
  if (at % 5 === 0) {
    say('ending', token);
    const [listed] = keeper.listTokens(user.name);
    keeper.revokeToken(listed?.id ?? '');
    say('ended', token);
  }
  await keeper.spend(`mark-${round}-${at}`, expires);
  say('spent', `mark-${round}-${at}`);
}
