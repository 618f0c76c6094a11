import { readFile } from 'node:fs/promises';
import { importPKCS8, SignJWT } from 'jose';
import { messageOf } from '../../../base/errors/index.ts';
import { storageErrors } from '../errors.ts';
import { ask, refusalOf, textOf } from '../remote/request.ts';

/** A key file of Google Cloud. */
interface Credentials {
  readonly type?: string;
  readonly client_email?: string;
  readonly private_key?: string;
  readonly private_key_id?: string;
  readonly token_uri?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly refresh_token?: string;
}

const variable = 'GOOGLE_APPLICATION_CREDENTIALS';
const usualServer = 'https://oauth2.googleapis.com/token';
const scope = 'https://www.googleapis.com/auth/devstorage.read_only';

/**
 * A token for the key that the environment names; undefined where it names none, and what is public is read.
 * @throws storage-credentials
 */
export async function tokenFor(
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const file = environment[variable] ?? '';
  if (file === '') return undefined;
  const credentials = await read(file);
  const server = credentials.token_uri ?? usualServer;
  const form = new URLSearchParams(await grantOf(credentials, server, file));
  const answer = await ask(new URL(server), {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    signal,
  });
  if (answer.status !== 200) {
    throw storageErrors.make['storage-credentials'](`${file}: ${server} answered ${await refusalOf(answer)}`);
  }
  const token = fieldsOf(await textOf(answer))?.['access_token'];
  if (typeof token === 'string' && token !== '') return token;
  throw storageErrors.make['storage-credentials'](
    `${file}: ${server} answered without an access_token, expected {"access_token":…} in JSON`,
  );
}

async function read(file: string): Promise<Credentials> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw storageErrors.make['storage-credentials'](`${variable}: ${file}: ${messageOf(error)}`);
  }
  const fields = fieldsOf(text);
  if (fields !== undefined) return fields;
  throw storageErrors.make['storage-credentials'](
    `${variable}: ${file}: found no object in JSON, expected a key of Google Cloud`,
  );
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

async function keyOf(text: string, file: string): ReturnType<typeof importPKCS8> {
  try {
    return await importPKCS8(text, 'RS256');
  } catch (cause) {
    const found = `private_key: ${messageOf(cause)}`;
    throw storageErrors.make['storage-credentials'](
      `${file}: found ${found}, expected an RSA key in PKCS #8 and PEM`,
      { cause },
    );
  }
}

/** What is handed in for a token (RFC 7523, RFC 6749 section 6). */
async function grantOf(
  credentials: Credentials,
  server: string,
  file: string,
): Promise<Record<string, string>> {
  const { type, client_email: email, private_key: key, private_key_id: kid } = credentials;
  if (type === 'service_account' && email !== undefined && key !== undefined) {
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(kid !== undefined && { kid }) })
      .setIssuer(email)
      .setAudience(server)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(await keyOf(key, file));
    return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  }
  const { client_id, client_secret, refresh_token } = credentials;
  if (type === 'authorized_user' && client_id && client_secret && refresh_token) {
    return { grant_type: 'refresh_token', client_id, client_secret, refresh_token };
  }
  const found = `found credentials of type ${JSON.stringify(type ?? null)}`;
  throw storageErrors.make['storage-credentials'](
    `${file}: ${found}, expected a whole service_account or authorized_user`,
  );
}
