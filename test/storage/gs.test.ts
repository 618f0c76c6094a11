import assert from 'node:assert/strict';
import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { text } from 'node:stream/consumers';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { CodedError } from '../../src/base/errors/index.ts';
import { fetchModel, usualLimits } from '../../src/model/storage/index.ts';
import { FileServer } from './serving.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: typeof pair): string => key.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const email = 'models@project.iam.gserviceaccount.com';
const bucket = new Map([
  ['irises/model.joblib', 'the model'],
  ['irises/1/more.json', '{}'],
  ['irises-old/model.joblib', 'another'],
]);

/** Google's servers for tokens and storage, as far as a client of a private bucket sees them: nobody gets anything without a token. */
class Google {
  server!: FileServer;
  /** Tokens that are good. */
  readonly tokens = new Set<string>();
  /** What is answered to whoever asks for a token rightly. */
  answer: (token: string) => string = token => JSON.stringify({ access_token: token, expires_in: 3599 });

  async start(): Promise<void> {
    this.server = await FileServer.start();
    this.server.answer = (request, response) => void this.#answer(request, response);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/token') return this.#token(request, response);
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!this.tokens.has(token)) return void response.writeHead(401).end('Anonymous caller');
    const url = new URL(request.url ?? '', this.server.url);
    const [, name] = /^\/storage\/v1\/b\/private\/o\/(.+)$/.exec(url.pathname) ?? [];
    if (name === undefined) return this.#list(url.searchParams.get('prefix') ?? '', response);
    response.end(bucket.get(decodeURIComponent(name)));
  }

  #list(prefix: string, response: ServerResponse): void {
    const items = [...bucket].flatMap(([name, content]) =>
      name.startsWith(prefix)
        ? [
            {
              name,
              size: String(content.length),
              generation: '7',
              md5Hash: createHash('md5').update(content).digest('base64'),
            },
          ]
        : [],
    );
    response.end(JSON.stringify({ items }));
  }

  /** RFC 7523: the assertion has to be signed by the account's key, to be meant for this server, and to be good now. */
  async #token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const refuse = (why: string): void =>
      void response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant', error_description: why }));
    if (form.get('grant_type') === 'refresh_token') {
      if (form.get('refresh_token') !== 'refresh' || form.get('client_secret') !== 'secret')
        return refuse('Bad Request');
    } else {
      const wrong = this.#wrongWith(form.get('grant_type'), form.get('assertion') ?? '');
      if (wrong !== undefined) return refuse(wrong);
    }
    const token = `token-${this.tokens.size}`;
    this.tokens.add(token);
    response.end(this.answer(token));
  }

  #wrongWith(grant: string | null, assertion: string): string | undefined {
    if (grant !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return `grant ${grant}`;
    const [head = '', claims = '', signature = ''] = assertion.split('.');
    const read = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`);
    if (read(head)['alg'] !== 'RS256' || !verify.verify(pair.publicKey, signature, 'base64url'))
      return 'Invalid JWT Signature.';
    const {
      iss,
      aud,
      scope,
      iat = 0,
      exp = 0,
    } = read(claims) as {
      readonly iss?: string;
      readonly aud?: string;
      readonly scope?: string;
      readonly iat?: number;
      readonly exp?: number;
    };
    const now = Date.now() / 1000;
    if (iss !== email || aud !== `${this.server.url}/token`) return `issuer ${iss}, audience ${aud}`;
    if (scope !== 'https://www.googleapis.com/auth/devstorage.read_only') return `scope ${scope}`;
    return iat <= now && exp > now && exp - iat <= 3600 ? undefined : 'not good now';
  }
}

const google = new Google();
let folder: string;

before(() => google.start());
after(() => google.server.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'davit-gs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  google.answer = token => JSON.stringify({ access_token: token });
});

function account(more: object = {}): object {
  const token_uri = `${google.server.url}/token`;
  return {
    type: 'service_account',
    client_email: email,
    private_key: pem(pair),
    private_key_id: 'k1',
    token_uri,
    ...more,
  };
}

/** Fetches by a key file of that content; without one anonymously. */
async function fetched(
  key: unknown,
  uri = 'gs://private/irises',
  server = google.server.url,
): Promise<string[]> {
  const file = join(folder, 'key.json');
  if (key !== undefined) writeFileSync(file, typeof key === 'string' ? key : JSON.stringify(key));
  const model = join(folder, 'model');
  mkdirSync(model, { recursive: true });
  await fetchModel(uri, model, {
    environment: {
      STORAGE_EMULATOR_HOST: server,
      ...(key !== undefined && { GOOGLE_APPLICATION_CREDENTIALS: file }),
    },
    cache: join(folder, 'cache'),
    limits: usualLimits,
    tell: () => {},
    signal: new AbortController().signal,
  });
  return readdirSync(model, { recursive: true, encoding: 'utf8' }).toSorted();
}

async function refused(fetching: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  await assert.rejects(fetching, (error: unknown) => {
    assert.ok(error instanceof CodedError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    // A key is a secret.
    assert.doesNotMatch(error.message, /BEGIN|secret/);
    return true;
  });
  assert.deepEqual(existsSync(join(folder, 'model')) ? readdirSync(join(folder, 'model')) : [], []);
}

test('a private bucket is read by the token that a service account’s signature is worth', async () => {
  assert.deepEqual(await fetched(account()), ['1', '1/more.json', 'model.joblib']);
  assert.equal(readFileSync(join(folder, 'model', 'model.joblib'), 'utf8'), 'the model');
});

test('STORAGE_EMULATOR_HOST may be a host and a port alone', async () => {
  const { host } = new URL(google.server.url);
  assert.deepEqual(await fetched(account(), 'gs://private/irises/model.joblib', host), ['model.joblib']);
});

test('a person’s credentials are worth a token, too', async () => {
  const { token_uri } = account() as { token_uri: string };
  const person = {
    type: 'authorized_user',
    client_id: 'id',
    client_secret: 'secret',
    refresh_token: 'refresh',
    token_uri,
  };
  assert.ok((await fetched(person)).includes('model.joblib'));
  rmSync(join(folder, 'model'), { recursive: true });
  await refused(
    fetched({ ...person, refresh_token: 'old' }, 'gs://private/irises-old'),
    'storage-credentials',
    /Bad Request/,
  );
});

test('nobody without a key gets anything', async () => {
  await refused(
    fetched(undefined),
    'storage-refused',
    /gs:\/\/private\/irises: the server answered 401: Anonymous caller/,
  );
});

test('what is wrong with a key is told', async () => {
  const rows: readonly (readonly [key: unknown, words: RegExp])[] = [
    [account({ private_key: pem(other) }), /\/token answered 400: .*Invalid JWT Signature/],
    [account({ client_email: 'somebody@else' }), /answered 400: .*issuer somebody@else/],
    [account({ private_key: 'no key' }), /private_key: .*, expected an RSA key in PKCS #8 and PEM/],
    [account({ private_key: undefined }), /found credentials of type "service_account", expected a whole/],
    [{ type: 'external_account' }, /found credentials of type "external_account", expected a whole/],
    ['null', /found no object in JSON/],
    ['{', /found no object in JSON/],
  ];
  for (const [key, words] of rows) await refused(fetched(key), 'storage-credentials', words);
  rmSync(join(folder, 'key.json'));
  mkdirSync(join(folder, 'key.json'));
  const environment = { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'nothing.json') };
  const fetching = {
    environment,
    cache: folder,
    limits: usualLimits,
    tell: () => {},
    signal: AbortSignal.any([]),
  };
  await refused(
    fetchModel('gs://private/x', join(folder, 'model'), fetching),
    'storage-credentials',
    /nothing\.json: ENOENT/,
  );
});

test('an answer without a token is no token', async () => {
  for (const answer of ['{}', 'welcome', '{"access_token":1}', 'null']) {
    google.answer = () => answer;
    await refused(fetched(account()), 'storage-credentials', /answered without an access_token/);
  }
});
