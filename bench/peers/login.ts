/** The gateway with an API, an issuer and a keeper: `node login.ts <backend port> on|off`; prints its port, a cookie and a token. */
import { loggedIn } from '../../test/edge/login/client.ts';
import { House, password, people } from '../../test/edge/login/house.ts';

const [backend, mode] = process.argv.slice(2);
const house = await House.open({ open: mode === 'off' });
const host = await house.serve('mine', 'iris', {}, Number(backend));
const [user = ''] = people;
const cookie = mode === 'off' ? '' : await loggedIn(house.port, { user, password });
const { token } = house.keeper.createToken(
  { name: user, groups: [] },
  { name: 'bench', namespace: undefined, verbs: ['predict'], lifetime: 3_600_000 },
);
process.stdout.write(`${JSON.stringify({ port: house.port, host, cookie, token })}\n`);
