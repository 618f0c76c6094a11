/** The guide to the login: each of its blocks as it stands there, beside platforms and counterparts that are started for it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cookieOf, fetched } from '../../edge/login/client.ts';
import { blocksOf, davit, freePort, Running } from '../../e2e/platform.ts';
import { root } from '../../e2e/program.ts';
import { type Block, blocksIn, patternOf, play, type Step, stepsIn } from '../../e2e/transcript.ts';
import { hasCaddy, startCaddy } from './caddy.ts';
import { hasDex, openDex } from './dex.ts';
import { type Front, loggedInThrough, type Proxied, saidByClient } from './front.ts';
import { hasNginx, startNginx } from './nginx.ts';
import { approvedBy, type Counterpart, openProvider } from './provider.ts';

export type Check = (name: string, work: () => Promise<void>) => Promise<void>;

const page = join(root, 'docs', 'guides', 'login.md');
const owner = 'user@example.com';
const packages = process.env['LOGIN_PACKAGES'] ?? '';
const answer =
  '{"model_name":"sklearn-iris","model_version":"1","outputs":[{"name":"predict","datatype":"INT64","shape":[2],"data":[1,1]}]}';

/** What a line of an `sh` block prints, by how it begins. */
const prints: readonly (readonly [begins: string, printed: string])[] = [
  ['davit kubeconfig ', ''],
  ['davit login ', `You are ${owner} until …\n`],
  ['kubectl --kubeconfig ', 'NAME …\nsklearn-iris …True…\n'],
  ['TOKEN=', ''],
  ['curl ', answer],
];

/** A folder with the example, and what programs that run there are told by their environment. */
class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'davit-guide-'));
  readonly data = join(this.folder, 'data');
  readonly here = join(this.folder, 'iris');
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  readonly #running: Running[] = [];

  private constructor(port: number, block: number) {
    cpSync(join(root, 'examples', 'iris'), this.here, { recursive: true });
    mkdirSync(join(this.folder, 'home'));
    const { services, pods } = blocksOf(block);
    const path = [join(root, 'bin'), process.env['KUBECTL_FOLDER'], process.env['PATH']];
    this.port = port;
    this.env = {
      ...process.env,
      PATH: path.join(delimiter),
      HOME: join(this.folder, 'home'),
      KUBECONFIG: join(this.data, 'kubeconfig'),
      NO_COLOR: '1',
      DAVIT_DATA_DIR: this.data,
      DAVIT_API_PORT: '0',
      DAVIT_GATEWAY_PORT: String(port),
      DAVIT_SERVICE_ADDRESSES: services,
      DAVIT_POD_ADDRESSES: pods,
      DAVIT_LOG_FORMAT: 'json',
    };
  }

  /** @param block the first of two numbers of addresses */
  static async at(block: number): Promise<Desk> {
    return new Desk(await freePort(), block);
  }

  get password(): string {
    return readFileSync(join(this.data, 'initial-password'), 'utf8').trim();
  }

  /** Types a line that goes on until it is told to stop. */
  type(line: string): Running {
    const running = new Running(['-c', `exec ${line}`], this.env, this.here, 'bash');
    this.#running.push(running);
    return running;
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map(one => one.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The steps of a block; those of an `sh` block print what stands above. */
function stepsOf(block: Block): readonly Step[] {
  if (block.language === 'console') return stepsIn(block);
  const lines = block.text.replaceAll('\\\n', '').trimEnd().split('\n');
  return lines.map(command => {
    const [, expected] = prints.find(([begins]) => command.startsWith(begins)) ?? [];
    assert.ok(expected !== undefined, `nothing is known of what this prints: ${command}`);
    return { command, expected };
  });
}

/** Those that are typed one after the other beside `davit up -f sklearn-iris.yaml`. */
const typed = [
  'With curl: a token: console',
  'With curl: a token: console',
  'With curl: the login by hand: console',
  'Service accounts: sh',
  'kubectl: sh',
];
const others = [
  'Python: python',
  'Another issuer: sh',
  'Behind a proxy: sh',
  'Behind a proxy: nginx',
  'Behind a proxy: caddy',
];

function named({ heading, language }: Block): string {
  return `${heading}: ${language}`;
}

function only(blocks: readonly Block[], name: string): string {
  const [block, more] = blocks.filter(one => named(one) === name);
  assert.ok(block !== undefined && more === undefined, `one block of ${name}`);
  return block.text;
}

export async function guide(check: Check): Promise<void> {
  const blocks = blocksIn(page);
  await check('the guide: every block of it is one that is done below', async () => {
    assert.deepEqual(blocks.map(named).toSorted(), [...typed, ...others].toSorted());
  });
  await check('the guide: curl, kubectl, service accounts and Python', () => beside(blocks, check));
  await check('the guide: another issuer', () =>
    elsewhere(only(blocks, 'Another issuer: sh'), openGuideProvider),
  );
  const fronts = [
    { what: 'nginx', has: hasNginx, start: startNginx },
    { what: 'caddy', has: hasCaddy, start: startCaddy },
  ];
  for (const { what, has, start } of fronts) {
    if (has) await check(`the guide: behind ${what}`, () => behind(blocks, what, start));
    else process.stdout.write(`(the guide: behind ${what} is skipped: there is none)\n`);
  }
}

async function beside(blocks: readonly Block[], check: Check): Promise<void> {
  const desk = await Desk.at(86);
  try {
    const up = desk.type('davit up -f sklearn-iris.yaml');
    await up.says(/✓ sklearn-iris: ready/);
    const steps = blocks.filter(block => typed.includes(named(block))).flatMap(stepsOf);
    const printed = await play(steps, desk.here, desk.env, desk.port);
    for (const [at, { command, expected }] of steps.entries()) {
      await check(`the guide: ${command.slice(0, 100)}`, async () => {
        assert.match(printed[at] ?? '', patternOf(expected));
      });
    }
    await check('the guide: the lines of Python, and what they leave', () =>
      python(desk, only(blocks, 'Python: python')),
    );
  } finally {
    await desk.close();
  }
}

/** Runs the block with the password that it takes as given; what it ends with opens the model. */
async function python(desk: Desk, text: string): Promise<void> {
  const script = [
    `password = ${JSON.stringify(desk.password)}`,
    text.replaceAll('8080', String(desk.port)),
    `answer = requests.get("http://localhost:${desk.port}/v2/models/sklearn-iris", cookies={"authservice_session": cookie}, allow_redirects=False)`,
    'print(answer.status_code, page, missing)',
  ].join('\n');
  const program = join(packages, 'python', 'bin', 'python');
  const run = promisify(execFile)(program, ['-c', script], {
    env: desk.env,
    cwd: desk.here,
    timeout: 120_000,
  });
  const { stdout } = await run;
  assert.match(stdout, /^200 200 404$/m);
}

/** The line of the page, with an issuer that is there in the place of the one that it names. */
async function elsewhere(
  text: string,
  open: (callback: string, folder: string) => Promise<Counterpart>,
): Promise<void> {
  const desk = await Desk.at(88);
  const own = `http://localhost:${desk.port}`;
  const issuer = await open(`${own}/login/oidc`, desk.folder);
  try {
    writeFileSync(join(desk.here, 'secret'), `${issuer.secret}\n`);
    const up = desk.type(
      text.replace('https://login.example.com', issuer.url).replace('https://ml.example.com', own),
    );
    await up.says(/the gateway is up/);
    await davit(desk.env, 'apply', '-f', join(desk.here, 'sklearn-iris.yaml'));
    await davit(desk.env, 'wait', 'isvc/sklearn-iris', '--for=condition=Ready', '--timeout=120s');
    const model = '/v2/models/sklearn-iris';
    const begun = await fetched(desk.port, model);
    const back = new URL(await issuer.approved(begun.headers.location ?? ''));
    const returned = await fetched(desk.port, `${back.pathname}${back.search}`);
    assert.deepEqual([returned.status, returned.headers.location], [302, model], returned.text);
    const cookie = cookieOf(returned, 'authservice_session');
    assert.equal((await fetched(desk.port, model, { headers: { cookie } })).status, 200);
    const again = await fetched(desk.port, `${back.pathname}${back.search}`);
    assert.equal(again.status, 400, again.text);
    if (issuer.idToken === undefined) return;
    const authorization = `Bearer ${await issuer.idToken()}`;
    assert.equal((await fetched(desk.port, model, { headers: { authorization } })).status, 200);
    const changed = `${authorization.slice(0, -8)}AAAAAAAA`;
    assert.equal((await fetched(desk.port, model, { headers: { authorization: changed } })).status, 401);
  } finally {
    await issuer.close();
    await desk.close();
  }
}

async function openGuideProvider(callback: string): Promise<Counterpart> {
  const accounts = { ada: { email: owner, email_verified: true, groups: [] } };
  const provider = await openProvider(callback, accounts);
  const { facts } = provider;
  return {
    url: facts.url,
    secret: facts.clientSecret,
    approved: location => approvedBy(location, 'ada'),
    close: () => provider.close(),
  };
}

/** The line of the page about another issuer, with a real Dex. */
export async function dex(check: Check): Promise<void> {
  if (!hasDex)
    return void process.stdout.write('(the guide: Dex as another issuer is skipped: there is none)\n');
  await check('the guide: another issuer, a real Dex: its login, and its ID tokens as bearers', () =>
    elsewhere(only(blocksIn(page), 'Another issuer: sh'), openDex),
  );
}

/** A platform behind another program, both as the page has them. */
async function behind(
  blocks: readonly Block[],
  what: string,
  startIt: (proxied: Proxied, block: string) => Promise<Front>,
): Promise<void> {
  const desk = await Desk.at(90);
  try {
    const up = desk.type(only(blocks, 'Behind a proxy: sh'));
    await up.says(/the gateway is up/);
    const front = await startIt(desk, only(blocks, `Behind a proxy: ${what}`));
    try {
      const cookie = await loggedInThrough(front, owner, desk.password);
      assert.match(cookie, /; HttpOnly; SameSite=Lax; Secure$/);
      await up.says(/"event":"login"[^\n]*"from":"loopback"/);
      assert.ok(!up.text.includes(saidByClient), up.text);
    } finally {
      await front.stop();
    }
  } finally {
    await desk.close();
  }
}
