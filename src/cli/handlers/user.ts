import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { userSettings } from '../commands/people.ts';
import { nearest } from '../nearest.ts';
import { Complaint } from '../objects/failures.ts';
import { askIdentity } from '../objects/identity/asking.ts';
import { readPassword } from '../objects/identity/password.ts';
import { tableOf } from '../objects/identity/rows.ts';
import { onCluster, type Session } from '../objects/session.ts';

type Settings = ValuesOf<typeof userSettings>;

interface Person {
  readonly email: string;
  readonly username: string;
  readonly groups: readonly string[];
  readonly from: string;
}

type Act = (session: Session, email: string, settings: Settings) => Promise<void>;

const acts: Readonly<Record<string, Act>> = {
  add: async ({ transport, io }, email, { username, groups, passwordStdin }) => {
    const password = await readPassword(io, passwordStdin, `Password of ${email}`, true);
    const asked = { email, username, groups, password };
    const added = await askIdentity<{ email: string }>(transport, 'POST', 'users', asked);
    io.out(`${added.email} can log in.\n`);
  },
  passwd: async ({ transport, io }, email, { passwordStdin }) => {
    const password = await readPassword(io, passwordStdin, `New password of ${email}`, true);
    await askIdentity(transport, 'PUT', `users/${encodeURIComponent(email)}`, { password });
    io.out(`${email} has a new password; sessions have ended.\n`);
  },
  remove: async ({ transport, io }, email) => {
    await askIdentity(transport, 'DELETE', `users/${encodeURIComponent(email)}`);
    io.out(`${email} is removed; sessions and tokens have ended.\n`);
  },
};

/** `davit user` */
export const user = onCluster(async (session, { given, positionals }) => {
  const settings = readSettings(userSettings, given, session.io.env);
  const [what = '', email] = positionals;
  if (what === 'list') {
    await list(session, settings);
    return 0;
  }
  const act = Object.hasOwn(acts, what) ? acts[what] : undefined;
  if (act === undefined) throw unknown(what);
  if (email === undefined) throw new Complaint(`davit user ${what} needs EMAIL: the person`);
  await act(session, email, settings);
  return 0;
});

async function list({ transport, io }: Session, { json }: Settings): Promise<void> {
  const { users } = await askIdentity<{ users: readonly Person[] }>(transport, 'GET', 'users');
  if (json) {
    io.out(`${JSON.stringify(users, null, 2)}\n`);
    return;
  }
  const rows = users.map(({ email, username, groups, from }) => [email, username, groups.join(','), from]);
  io.out(tableOf(['EMAIL', 'USERNAME', 'GROUPS', 'FROM'], rows));
}

function unknown(what: string): Complaint {
  const guess = nearest(what, [...Object.keys(acts), 'list']);
  const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
  return new Complaint(`found "${what}", expected add, list, passwd or remove${hint}`);
}
