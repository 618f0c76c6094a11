import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { blocksOf, davit, freePort, launcher, Running } from './platform.ts';
import { iris } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-identity-'));
const data = join(folder, 'data');
const cache = join(folder, 'logins');
const audit = join(folder, 'audit');
const env: NodeJS.ProcessEnv = {
  ...process.env,
  DAVIT_DATA_DIR: data,
  DAVIT_LOGIN_CACHE: cache,
  KUBECONFIG: '',
  DAVIT_LOG_FORMAT: 'json',
  NO_COLOR: '1',
};
const blocks = blocksOf(113);
const first = 'user@example.com';
const home = 'kubeflow-user-example-com';
const service = `{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService,
  metadata: {name: iris, annotations: {serving.kserve.io/deploymentMode: Standard}},
  spec: {predictor: {sklearn: {storageUri: "file://${iris}"}}}}`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request, as a program sends it. */
function ask(url: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request(url, { method, headers, agent: false }, response => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What a command prints and says when it is given standard input; its status beside. */
async function typed(
  input: string,
  ...words: string[]
): Promise<{ status: number; out: string; err: string }> {
  const child = spawn(launcher, words, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(input);
  const status = await new Promise<number>(resolve => child.on('close', code => resolve(code ?? -1)));
  return { status, out, err };
}

/** Asks again and again until an answer is as wanted; resolves to the milliseconds that it took. */
async function until(wanted: (answer: Answer) => boolean, again: () => Promise<Answer>): Promise<number> {
  const began = performance.now();
  for (;;) {
    const answer = await again();
    if (wanted(answer)) return performance.now() - began;
    if (performance.now() - began > 30_000) throw new Error(`still ${answer.status}: ${answer.text}`);
  }
}

suite('who is known to a platform', () => {
  let up: Running;
  let gateway = '';
  let gatewayPort = 0;
  let port = 0;

  async function start(...more: string[]): Promise<void> {
    const words = ['up', '--port', `${port}`, '--gateway-port', `${gatewayPort}`, '--audit-log', audit];
    const places = ['--service-addresses', blocks.services, '--pod-addresses', blocks.pods];
    up = new Running([...words, ...places, ...more], env);
    await up.says(/the gateway is up/);
  }

  const model = (): string => `${gateway}/v1/models/iris`;
  const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
  const password = (): string => readFileSync(join(data, 'initial-password'), 'utf8').trim();
  const token = async (...words: string[]): Promise<string> =>
    (await davit(env, 'token', 'create', ...words)).trim();

  /** Logs in as people do with curl; resolves to the session. */
  async function session(user: string, secret: string): Promise<string> {
    const to = (answer: Answer): string => `${gateway}${answer.headers.location ?? ''}`;
    const form = await ask(to(await ask(model())));
    const posted = await ask(
      to(form),
      { 'content-type': 'application/x-www-form-urlencoded' },
      new URLSearchParams({ login: user, password: secret }).toString(),
    );
    const back = await ask(to(await ask(to(posted))));
    return /authservice_session=([^;]+)/.exec(String(back.headers['set-cookie']))?.[1] ?? '';
  }

  before(async () => {
    port = await freePort();
    gatewayPort = await freePort();
    gateway = `http://localhost:${gatewayPort}`;
    const file = join(folder, 'service.yaml');
    writeFileSync(file, service);
    await start('-f', file);
    await up.says(/✓ iris: ready after/);
  });

  after(async () => {
    await up.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the first user’s password is printed once and stands in a file of its own', async () => {
    const told = /Log in as user@example\.com with the password (\S+)/.exec(up.text)?.[1];
    assert.equal(told, password());
    assert.equal(statSync(join(data, 'initial-password')).mode & 0o777, 0o600);
    for (const name of ['identity.db', 'identity.db-wal']) {
      assert.equal(statSync(join(data, name)).mode & 0o777, 0o600);
      assert.ok(!readFileSync(join(data, name)).includes(password()));
    }
    assert.equal((await ask(model())).status, 302);
    const handle = await session(first, password());
    assert.equal((await ask(model(), { cookie: `authservice_session=${handle}` })).status, 200);
    assert.ok(!readFileSync(join(data, 'identity.db-wal')).includes(handle));
  });

  test('an API token calls models and asks the API until it is revoked, everywhere within a second', async () => {
    const made = await token('--name', 'ci', '--scope', 'predict,read');
    assert.equal((await ask(model(), bearer(made))).status, 200);
    const kube = ['get', 'inferenceservices', '-n', home, '--kubeconfig', kubeconfigWith(made)];
    assert.match(await davit(env, ...kube), /iris/);
    assert.match(await davit(env, 'token', 'list'), /ci +user@example\.com +predict,read .*ago/);
    await davit(env, 'token', 'revoke', 'ci');
    const took = await until(
      ({ status }) => status === 401,
      () => ask(model(), bearer(made)),
    );
    assert.ok(took < 1000, `the gateway let it in for ${took} ms`);
    await assert.rejects(davit(env, ...kube), /must be logged in/);
  });

  test('a token is good for its scope alone', async () => {
    const predicts = await token('--scope', 'predict');
    const elsewhere = await token('--scope', 'read', '-n', 'default');
    const listed = (made: string): Promise<string> =>
      davit(env, 'get', 'inferenceservices', '-n', home, '--kubeconfig', kubeconfigWith(made));
    assert.equal((await ask(model(), bearer(predicts))).status, 200);
    await assert.rejects(listed(predicts), /token is for predict/);
    await assert.rejects(listed(elsewhere), /token is for namespace default/);
    assert.notEqual((await ask(model(), bearer(elsewhere))).status, 200);
  });

  test('a token makes no token, and nobody makes or sees those of others', async () => {
    await typed('enough-letters', 'user', 'add', 'ada@example.com', '--password-stdin');
    const mine = await token('--scope', 'read,write', '--user', 'ada@example.com');
    const asAda = ['--kubeconfig', kubeconfigWith(mine)];
    await assert.rejects(token(...asAda), /token-by-token/);
    await assert.rejects(davit(env, 'token', 'list', '--user', first, ...asAda), /token-of-others/);
    assert.doesNotMatch(await davit(env, 'token', 'list', ...asAda), new RegExp(first));
    await assert.rejects(davit(env, 'user', 'list', ...asAda), /Forbidden/);
  });

  test('who is removed is nobody, at once and everywhere', async () => {
    await typed('enough-letters', 'user', 'add', 'bob@example.com', '--password-stdin');
    const made = await token('--user', 'bob@example.com');
    const handle = await session('bob@example.com', 'enough-letters');
    // He may call nothing here: known and refused, or not known, is the difference.
    const cookie = { cookie: `authservice_session=${handle}` };
    const isKnown = ({ status }: Answer): boolean => status !== 302 && status !== 401;
    assert.ok(isKnown(await ask(model(), cookie)) && isKnown(await ask(model(), bearer(made))));
    await davit(env, 'user', 'remove', 'bob@example.com');
    for (const headers of [cookie, bearer(made)]) {
      const took = await until(
        answer => !isKnown(answer),
        () => ask(model(), headers),
      );
      assert.ok(took < 1000, `the gateway knew him for ${took} ms`);
    }
  });

  test('a service account is known until it is deleted', async () => {
    await davit(env, 'apply', '-f', accountFile());
    const made = await accountToken();
    const isKnown = ({ status }: Answer): boolean => status !== 302 && status !== 401;
    assert.ok(isKnown(await ask(model(), bearer(made))));
    await davit(env, 'delete', 'serviceaccount', 'robot', '-n', home);
    const took = await until(
      answer => !isKnown(answer),
      () => ask(model(), bearer(made)),
    );
    assert.ok(took < 1000, `the gateway knew it for ${took} ms`);
  });

  test('davit login keeps a login, and clients of Kubernetes start it', async () => {
    const file = join(folder, 'personal.kubeconfig');
    writeFileSync(file, await davit(env, 'kubeconfig', '--user', first));
    const { issuer } = issuerIn(file);
    const login = ['login', '--issuer', issuer, '--user', first];
    const wrong = await typed('wrong-password', ...login, '--password-stdin');
    assert.match(wrong.err, /the e-mail address or the password is wrong \[native-refused\]/);
    const good = await typed(password(), ...login, '--password-stdin');
    assert.match(good.out, /^You are user@example\.com until /, good.err);
    const listed = await davit(env, 'get', 'inferenceservices', '--kubeconfig', file);
    assert.match(listed, /iris/);
    const idToken = (await davit(env, ...login, '--print-token')).trim();
    assert.equal((await ask(model(), bearer(idToken))).status, 200);
    const said = await davit({ ...env, KUBERNETES_EXEC_INFO: '{}' }, ...login);
    const { kind, status } = JSON.parse(said) as { kind: string; status: { token: string } };
    assert.deepEqual([kind, status.token], ['ExecCredential', idToken]);
  });

  test('a browser logs a program in', async () => {
    const { issuer } = issuerIn(join(folder, 'personal.kubeconfig'));
    const program = new Running(['login', '--issuer', issuer, '--no-browser'], env);
    try {
      const [address = ''] = await program.says(/http:\S+/);
      const page = await new Browser().login(address, first, password());
      assert.equal(page.status, 200, page.text);
      assert.match(page.text, /You are logged in/);
    } catch (error) {
      await program.stop();
      throw error;
    }
    await program.ended;
    assert.match(program.text, /You are user@example\.com/);
  });

  test('host and gateway are refused nothing', () => {
    const lines = readFileSync(audit, 'utf8').trimEnd().split('\n');
    const all = lines.map(line => JSON.parse(line) as { user: string; status?: number; path?: string });
    const parts = all.filter(({ user }) => user.startsWith('system:davit:'));
    assert.ok(parts.some(({ user }) => user === 'system:davit:host'));
    assert.ok(parts.some(({ user }) => user === 'system:davit:gateway'));
    assert.deepEqual(
      parts.filter(({ status }) => status === 403 || status === 401),
      [],
    );
  });

  test('sessions and tokens outlive a platform that is killed; what was revoked stays so', async () => {
    const handle = await session(first, password());
    const [kept, revoked] = [await token('--name', 'kept'), await token('--name', 'revoked')];
    await davit(env, 'token', 'revoke', 'revoked');
    await up.stop('SIGKILL');
    await start();
    await until(
      ({ status }) => status === 200,
      () => ask(model(), { cookie: `authservice_session=${handle}` }),
    );
    assert.equal((await ask(model(), bearer(kept))).status, 200);
    assert.equal((await ask(model(), bearer(revoked))).status, 401);
  });

  test('a new password ends what was logged in to with the old one', async () => {
    const handle = await session(first, password());
    const cookie = { cookie: `authservice_session=${handle}` };
    assert.equal((await ask(model(), cookie)).status, 200);
    const done = await typed('another-password\n', 'user', 'passwd', first, '--password-stdin');
    assert.equal(done.status, 0, done.err);
    const took = await until(
      ({ status }) => status === 302,
      () => ask(model(), cookie),
    );
    assert.ok(took < 1000, `the gateway let it in for ${took} ms`);
    assert.ok(!existsSync(join(data, 'initial-password')));
    assert.notEqual(await session(first, 'another-password'), '');
  });

  /** A kubeconfig with a token, for the API of this platform. */
  function kubeconfigWith(secret: string): string {
    const file = join(folder, `${secret.slice(-8)}.kubeconfig`);
    const authority = readFileSync(join(data, 'pki', 'ca.crt')).toString('base64');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      clusters: [
        {
          name: 'c',
          cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': authority },
        },
      ],
      users: [{ name: 'c', user: { token: secret } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'c', namespace: home } }],
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  function accountFile(): string {
    const file = join(folder, 'account.yaml');
    writeFileSync(
      file,
      `{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: ${home}}}`,
    );
    return file;
  }

  /** As `kubectl create token robot` asks for it. */
  async function accountToken(): Promise<string> {
    const { HttpTransport } = await import('../../src/cluster/client/index.ts');
    const transport = new HttpTransport({
      server: `https://127.0.0.1:${port}`,
      ca: readFileSync(join(data, 'pki', 'ca.crt'), 'utf8'),
      certificate: readFileSync(join(data, 'pki', 'admin.crt'), 'utf8'),
      key: readFileSync(join(data, 'pki', 'admin.key'), 'utf8'),
      userAgent: 'test',
    });
    const { body } = await transport.ask({
      method: 'POST',
      path: `/api/v1/namespaces/${home}/serviceaccounts/robot/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    });
    transport.close();
    return (body as { status: { token: string } }).status.token;
  }
});

function issuerIn(file: string): { issuer: string } {
  const config = JSON.parse(readFileSync(file, 'utf8')) as {
    users: { user: { exec: { args: string[] } } }[];
  };
  const args = config.users[0]?.user.exec.args ?? [];
  return { issuer: args[args.indexOf('--issuer') + 1] ?? '' };
}

/** What a browser does of its own: it keeps cookies, follows where answers lead, and says how a request came about. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async login(address: string, user: string, secret: string): Promise<Answer> {
    const { at } = await this.#go(new URL(address));
    const form = new URLSearchParams({ login: user, password: secret });
    return (await this.#go(at, form.toString())).answer;
  }

  async #go(address: URL, body?: string): Promise<{ at: URL; answer: Answer }> {
    let at = address;
    let answer = await this.#ask(at, body);
    while (answer.headers.location !== undefined) {
      at = new URL(answer.headers.location, at);
      answer = await this.#ask(at);
    }
    return { at, answer };
  }

  async #ask(at: URL, body?: string): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(
      at.href,
      {
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        'sec-fetch-site': body === undefined ? 'none' : 'same-origin',
        'upgrade-insecure-requests': '1',
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded', origin: at.origin }),
        ...(cookie !== '' && { cookie }),
      },
      body,
    );
    for (const set of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.#cookies.set(name, value);
    }
    return answer;
  }
}
