import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { tokenSettings } from '../commands/people.ts';
import { nearest } from '../nearest.ts';
import { humanDuration, parseDuration } from '../objects/durations.ts';
import { Complaint } from '../objects/failures.ts';
import { askIdentity } from '../objects/identity/asking.ts';
import { tableOf } from '../objects/identity/rows.ts';
import { onCluster, type Session } from '../objects/session.ts';

type Settings = ValuesOf<typeof tokenSettings>;

/** Times in milliseconds since 1970. */
interface Token {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly scope: { readonly namespace?: string; readonly verbs: readonly string[] };
  readonly created: number;
  readonly expires: number;
  readonly used?: number;
}

/** Letters of an id that lists show: enough to tell tokens apart. */
const shown = 12;
const day = 24 * 3_600_000;

type Act = (session: Session, settings: Settings, named: string | undefined) => Promise<void>;

const acts: Readonly<Record<string, Act>> = { create, list, revoke };

/** `davit token` */
export const token = onCluster(async (session, { given, positionals }) => {
  const settings = readSettings(tokenSettings, given, session.io.env);
  const [what = '', named] = positionals;
  const act = Object.hasOwn(acts, what) ? acts[what] : undefined;
  if (act === undefined) throw unknown(what);
  await act(session, settings, named);
  return 0;
});

/** The token alone on standard output, for `$(…)`; what it is good for on standard error. */
async function create({ transport, io }: Session, settings: Settings, named?: string): Promise<void> {
  if (named !== undefined) throw new Complaint(`found "${named}", expected the name of the token as --name`);
  const { name, namespace, user: owner, json } = settings;
  const verbs = settings.scope.split(',').map(verb => verb.trim());
  const lifetime = lifetimeOf(settings.expires);
  const asked = { name, namespace, owner, verbs, lifetime };
  const made = await askIdentity<Token & { readonly token: string }>(transport, 'POST', 'tokens', asked);
  if (json) {
    io.out(`${JSON.stringify(made, null, 2)}\n`);
    return;
  }
  const where = made.scope.namespace === undefined ? '' : ` in ${made.scope.namespace}`;
  const until = new Date(made.expires).toISOString().replace(/\.\d+/, '');
  io.err(`${made.name} of ${made.owner}: ${made.scope.verbs.join(', ')}${where}, until ${until}\n`);
  io.out(`${made.token}\n`);
}

async function list({ transport, io }: Session, { user, json }: Settings): Promise<void> {
  const { tokens } = await askIdentity<{ tokens: readonly Token[] }>(transport, 'GET', `tokens${of(user)}`);
  if (json) {
    io.out(`${JSON.stringify(tokens, null, 2)}\n`);
    return;
  }
  const now = Date.now();
  const rows = tokens.map(({ name, owner, scope, created, expires, used, id }) => [
    name,
    owner,
    scope.verbs.join(','),
    scope.namespace ?? '',
    `${humanDuration(now - created)} ago`,
    `in ${humanDuration(expires - now)}`,
    used === undefined ? 'never' : `${humanDuration(now - used)} ago`,
    id.slice(0, shown),
  ]);
  const head = ['NAME', 'USER', 'SCOPE', 'NAMESPACE', 'CREATED', 'EXPIRES', 'LAST USED', 'ID'];
  io.out(tableOf(head, rows));
}

async function revoke({ transport, io }: Session, { user }: Settings, named?: string): Promise<void> {
  if (named === undefined)
    throw new Complaint('davit token revoke needs TOKEN: the name or the id of a token');
  const path = `tokens/${encodeURIComponent(named)}${of(user)}`;
  const { token: ended } = await askIdentity<{ token: Token }>(transport, 'DELETE', path);
  io.out(`${ended.name} of ${ended.owner} is revoked.\n`);
}

function of(owner: string | undefined): string {
  return owner === undefined ? '' : `?owner=${encodeURIComponent(owner)}`;
}

/** Milliseconds of `90d`, `12h`, `1h30m`. */
function lifetimeOf(text: string): number {
  const days = /^(\d+)d$/.exec(text)?.[1];
  const found = days === undefined ? parseDuration(text) : Number(days) * day;
  if (found !== undefined && found > 0) return found;
  throw new Complaint(`--expires: found "${text}", expected a time such as 90d, 12h or 30m`);
}

function unknown(what: string): Complaint {
  const guess = nearest(what, Object.keys(acts));
  const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
  return new Complaint(`found "${what}", expected create, list or revoke${hint}`);
}
