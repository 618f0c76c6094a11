/** `davit up --oidc-issuer`, as it is typed: what becomes of it when the issuer, its name or the secret is not as it should be. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Answer, cookieOf, fetched } from '../../edge/login/client.ts';
import { blocksOf, freePort, Running } from '../../e2e/platform.ts';
import { root } from '../../e2e/program.ts';
import type { Check } from './guide.ts';
import { approvedBy, openProvider } from './provider.ts';

const owner = 'user@example.com';
const accounts = { ada: { email: owner, email_verified: true } };

interface Started {
  readonly up: Running;
  readonly port: number;
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** A platform whose people log in at `issuer`; comes back when its gateway is up, whether they can or not. */
async function start(
  issuer: string,
  secret: string,
  port: number,
  more: readonly string[] = [],
): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'davit-starts-'));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
  const { services, pods } = blocksOf(88);
  const words = [
    'up',
    '--port=0',
    `--gateway-port=${port}`,
    `--service-addresses=${services}`,
    `--pod-addresses=${pods}`,
    `--oidc-issuer=${issuer}`,
    '--oidc-client-id=davit',
    `--oidc-client-secret-file=${secretFile}`,
    `--gateway-url=http${more.includes('--tls-generate') ? 's' : ''}://localhost:${port}`,
    ...more,
  ];
  const env = {
    ...process.env,
    DAVIT_DATA_DIR: join(folder, 'data'),
    KUBECONFIG: '',
    DAVIT_LOG_FORMAT: 'json',
  };
  const up = new Running(words, env);
  const stop = async (): Promise<void> => {
    await up.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await up.says(/the gateway is up/);
  } catch (error) {
    await stop();
    throw error;
  }
  return { up, port, kubeconfig: join(folder, 'data', 'kubeconfig'), stop };
}

/** Everything of a login but the typing, from a page to the answer to its callback. */
async function login(port: number): Promise<Answer> {
  const begun = await fetched(port, '/');
  const { pathname, search } = new URL(await approvedBy(begun.headers.location ?? '', 'ada'));
  return fetched(port, pathname + search);
}

async function isLoggedIn(port: number): Promise<void> {
  const cookie = cookieOf(await login(port), 'authservice_session');
  assert.equal((await fetched(port, '/', { headers: { cookie } })).status, 200);
}

function errorIn({ text }: Answer): string {
  return (JSON.parse(text) as { error: string }).error;
}

export async function starts(check: Check): Promise<void> {
  await check(
    'davit up before its issuer: a warning, 503 to who logs in, and a login once it is there',
    unreachable,
  );
  await check(
    'davit up with another secret than the issuer has: who logs in is told whose fault it is',
    wrongSecret,
  );
  await check('davit up with another name than the issuer calls itself by: both names are told', otherName);
  await check(
    'davit up over TLS, where people log in elsewhere: what it prints to ask with works as printed',
    printedLine,
  );
}

async function unreachable(): Promise<void> {
  const [port, itsPort] = [await freePort(), await freePort()];
  const started = await start(`http://127.0.0.1:${itsPort}`, 'a secret of at least thirty-two letters', port);
  try {
    await started.up.says(
      /"level":"warning","event":"nobody can log in yet[^\n]*cannot be asked what it offers/,
    );
    const refused = await fetched(port, '/');
    assert.equal(refused.status, 503, refused.text);
    assert.match(
      errorIn(refused),
      new RegExp(`^The issuer http://127\\.0\\.0\\.1:${itsPort} cannot be asked`),
    );
    const provider = await openProvider(`http://localhost:${port}/login/oidc`, accounts, itsPort);
    try {
      await started.up.says(/the issuer answers: people can log in/);
      await isLoggedIn(port);
    } finally {
      provider.close();
    }
  } finally {
    await started.stop();
  }
}

async function wrongSecret(): Promise<void> {
  const port = await freePort();
  const provider = await openProvider(`http://localhost:${port}/login/oidc`, accounts);
  const started = await start(provider.facts.url, 'not the secret that the issuer has of it', port);
  try {
    const refused = await login(port);
    assert.deepEqual([refused.status, refused.headers['set-cookie']], [502, undefined], refused.text);
    assert.match(
      errorIn(refused),
      /does not take the client and the secret of this gateway: .*invalid_client/,
    );
    await started.up.says(/"event":"login refused"[^\n]*does not take the client and the secret/);
    assert.doesNotMatch(started.up.text, /not the secret that/);
  } finally {
    provider.close();
    await started.stop();
  }
}

async function otherName(): Promise<void> {
  const port = await freePort();
  const provider = await openProvider(`http://localhost:${port}/login/oidc`, accounts);
  const written = provider.facts.url.replace('127.0.0.1', 'localhost');
  const started = await start(written, provider.facts.clientSecret, port);
  try {
    const told = new RegExp(
      `What is at ${written} calls itself the issuer .*${provider.facts.url}.*; expected .*${written}`,
    );
    await started.up.says(new RegExp(`"event":"nobody can log in yet[^\\n]*${told.source}`));
    const refused = await fetched(port, '/');
    assert.equal(refused.status, 502, refused.text);
    assert.match(errorIn(refused), told);
  } finally {
    provider.close();
    await started.stop();
  }
}

async function printedLine(): Promise<void> {
  const port = await freePort();
  const provider = await openProvider(`https://localhost:${port}/login/oidc`, accounts);
  const iris = join(root, 'examples', 'iris');
  const words = ['-f', join(iris, 'sklearn-iris.yaml'), '--try', join(iris, 'iris-input.json')];
  const { url, clientSecret } = provider.facts;
  const started = await start(url, clientSecret, port, ['--tls-generate', ...words]);
  try {
    const [, line = ''] = await started.up.says(/^(curl .*)\n\{.*"data":\[1,1\]/m);
    assert.match(line, /^curl --cacert \S+ .*kubectl create token davit-caller .* https:/);
    const path = [process.env['KUBECTL_FOLDER'], process.env['PATH']].join(delimiter);
    const env = { ...process.env, PATH: path, KUBECONFIG: started.kubeconfig };
    const { stdout } = await promisify(execFile)('bash', ['-c', line], { env });
    assert.match(stdout, /"data":\[1,1\]/);
  } finally {
    provider.close();
    await started.stop();
  }
}
