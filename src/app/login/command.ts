import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { CodedError } from '../../base/errors/index.ts';
import { isStatusError } from '../../cluster/meta/index.ts';
import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { askIdentity, askPassword, type CommandHandler, type Io, loginSettings } from '../../cli/index.ts';
import {
  findIssuer,
  type FoundIssuer,
  loginByBrowser,
  loginByPassword,
  refresh,
  type Tokens,
} from '../../edge/identity/native/index.ts';
import { appErrors } from '../errors.ts';
import { askedVersion, execCredential } from './credential.ts';
import { KeptLogins, type LoginKey } from './kept.ts';
import { browserOf, openBrowser } from './opening.ts';

type Settings = ValuesOf<typeof loginSettings>;

/** Milliseconds: a token that ends so soon is renewed, and how long the browser is waited for. */
const soon = 60_000;
const patience = 5 * 60_000;

/** `davit login` */
export const login: CommandHandler = async (invocation, io) => {
  const settings = readSettings(loginSettings, invocation.given, io.env);
  const which = { clientId: settings.clientId, user: settings.user?.toLowerCase() };
  const kept = new KeptLogins(resolve(settings.cache.replace(/^~(?=\/|$)/, homedir())));
  const ask = async (): Promise<string> =>
    settings.issuer ?? (await askIdentity<{ url: string }>(invocation, io, 'issuer')).url;
  if (settings.forget) {
    const issuer = await ask().catch((error: unknown) => onlyKept(kept.issuers(which), error));
    kept.forget({ issuer, ...which });
    io.out('The login is forgotten.\n');
    return 0;
  }
  const key = { issuer: await ask(), ...which };
  const known = settings.passwordStdin ? undefined : stillGood(kept.read(key));
  const tokens = known ?? (await kept.alone(key, () => renewed(kept, key, settings, io)));
  io.out(`${wordsOf(tokens, settings, io)}\n`);
  return 0;
};

/** A cluster that is down names no issuer: the login is meant that there is no other beside. */
function onlyKept([only, ...others]: readonly string[], error: unknown): string {
  const answered = error instanceof CodedError || isStatusError(error);
  if (answered || only === undefined) throw error;
  if (others.length === 0) return only;
  const text = `Logins at ${[only, ...others].join(', ')} are kept: say with --issuer which one is meant.`;
  throw appErrors.make['login-unclear'](text, { cause: error });
}

function stillGood(tokens: Tokens | undefined): Tokens | undefined {
  return tokens !== undefined && tokens.expires > Date.now() + soon ? tokens : undefined;
}

async function renewed(kept: KeptLogins, key: LoginKey, settings: Settings, io: Io): Promise<Tokens> {
  const before = settings.passwordStdin ? undefined : kept.read(key);
  // Another program may have renewed it meanwhile.
  const good = stillGood(before);
  if (good !== undefined) return good;
  const issuer = await findIssuer(key.issuer, key.clientId);
  const tokens = (await again(issuer, before)) ?? (await anew(issuer, settings, io));
  checkUser(tokens, key);
  kept.write(key, tokens);
  return tokens;
}

/** Goes on with a login; undefined when the issuer no longer lets it. */
async function again(issuer: FoundIssuer, before: Tokens | undefined): Promise<Tokens | undefined> {
  if (before?.refreshToken === undefined) return undefined;
  try {
    const tokens = await refresh(issuer, before.refreshToken);
    return { ...tokens, refreshToken: tokens.refreshToken ?? before.refreshToken };
  } catch (error) {
    if (error instanceof CodedError && error.code === 'native-refused') return undefined;
    throw error;
  }
}

async function anew(
  issuer: FoundIssuer,
  { user, passwordStdin, browser }: Settings,
  io: Io,
): Promise<Tokens> {
  if (passwordStdin) {
    if (user === undefined) throw appErrors.make['login-user-missing']('--password-stdin needs --user.');
    return loginByPassword(issuer, user, await askPassword(io, true, user));
  }
  const program = browser ? browserOf(process.platform, io.env) : undefined;
  const show = (address: string): void => {
    io.err(`Log in at ${address}\n`);
    if (program !== undefined) openBrowser(program, address);
  };
  return loginByBrowser(issuer, { patience, user, show });
}

/** A browser may be logged in as somebody else. */
function checkUser({ user }: Tokens, key: LoginKey): void {
  if (key.user === undefined || user.toLowerCase() === key.user) return;
  throw appErrors.make['login-of-another'](`You logged in as ${user}, expected ${key.user}.`);
}

function wordsOf(tokens: Tokens, { printToken }: Settings, io: Io): string {
  const version = askedVersion(io.env);
  if (printToken) return tokens.idToken;
  if (version !== undefined) return execCredential(version, tokens);
  return `You are ${tokens.user} until ${new Date(tokens.expires).toISOString().replace(/\.\d+/, '')}, and longer as long as this command is used.`;
}
