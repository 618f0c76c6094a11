import { execFile } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
  SignJWT,
} from 'jose';
import { FileRecords } from '../../src/app/up/identity/records.ts';
import { davit, launcher } from '../e2e/platform.ts';

type Env = NodeJS.ProcessEnv;

/** ID tokens of one person: a good one, and others that differ from it in one thing. */
export interface IdTokens {
  readonly idToken: string;
  readonly idTokenElsewhere: string;
  readonly idTokenExpired: string;
  readonly idTokenForged: string;
}

/** An ID token as programs on the machine get one. */
export async function goodToken(env: Env, email: string, password: string): Promise<string> {
  const config = JSON.parse(await davit(env, 'kubeconfig', '--user', email)) as {
    readonly users: readonly { readonly user: { readonly exec: { readonly args: readonly string[] } } }[];
  };
  const args = config.users[0]?.user.exec.args ?? [];
  const words = ['login', '--issuer', args[args.indexOf('--issuer') + 1] ?? '', '--user', email];
  const asking = promisify(execFile)(launcher, [...words, '--password-stdin'], { env });
  asking.child.stdin?.end(`${password}\n`);
  await asking;
  return (await davit(env, ...words, '--print-token')).trim();
}

/** The key that the issuer signs with now, out of a copy of the file that it is kept in. */
async function signingKey(data: string, scratch: string, kid: string): Promise<CryptoKey> {
  for (const name of ['identity.db', 'identity.db-wal']) {
    const file = join(data, name);
    if (existsSync(file)) copyFileSync(file, join(scratch, `copy-of-${name}`));
  }
  const records = new FileRecords(join(scratch, 'copy-of-identity.db'), Date.now);
  try {
    const row = records.list('signing-key').find(({ id }) => id === kid);
    const { jwk } = JSON.parse(row?.value ?? '{}') as { jwk: JWK };
    return (await importJWK({ ...jwk, alg: 'RS256' })) as CryptoKey;
  } finally {
    records.close();
  }
}

/**
 * @param data folder of the platform
 * @param scratch an empty place
 */
export async function idTokensOf(
  env: Env,
  { data, scratch }: { readonly data: string; readonly scratch: string },
  email: string,
  password: string,
): Promise<IdTokens> {
  const idToken = await goodToken(env, email, password);
  const claims = decodeJwt(idToken);
  const { kid = '' } = decodeProtectedHeader(idToken);
  const own = await signingKey(data, scratch, kid);
  const { privateKey: stranger } = await generateKeyPair('RS256');
  const signed = (more: object, key: CryptoKey): Promise<string> =>
    new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  const { iat = 0, exp = 0 } = claims;
  const day = 86_400 + 3600;
  return {
    idToken,
    idTokenElsewhere: await signed({ aud: 'another-client' }, own),
    idTokenExpired: await signed({ iat: iat - day, exp: exp - day }, own),
    idTokenForged: await signed({}, stranger),
  };
}
