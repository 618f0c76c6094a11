import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { RemoteKeeper } from '../../src/app/gateway/keeper.ts';
import { identityAnnex } from '../../src/app/up/identity/calls.ts';
import { keeperCalls } from '../../src/app/up/identity/keepercalls.ts';
import { prefix } from '../../src/app/up/identity/wire.ts';
import { CodedError } from '../../src/base/errors/index.ts';
import { createListener, defaultLimits, type Listener } from '../../src/base/net/index.ts';
import { type Identity, issue } from '../../src/cluster/access/index.ts';
import { listenerFailure } from '../../src/cluster/apiserver/index.ts';
import { createLog } from '../../src/base/log/index.ts';
import { EventRecorder, HttpTransport, ResourceClient } from '../../src/cluster/client/index.ts';
import { Cluster as View, resourceOf } from '../../src/cluster/view/index.ts';
import { openLogin } from '../../src/edge/gateway/login/index.ts';
import { routesOf } from '../../src/edge/gateway/index.ts';
import { MemoryRecords, type Revoked, type Shared } from '../../src/edge/identity/index.ts';
import { LocalKeeper } from '../../src/edge/identity/keeper/index.ts';
import { Cluster } from '../apiserver/serving.ts';

const day = 86_400_000;
const shared: Shared = {
  sealing: [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)],
  issuer: {
    url: 'http://localhost:8080/dex',
    inside: 'http://127.0.0.1:1',
    clientId: 'client',
    clientSecret: 'secret',
    scopes: ['openid'],
    userClaim: 'email',
    groupsClaim: 'groups',
  },
};
const ada = { name: 'ada@example.com', groups: ['team'] };

/** A keeper behind the Kubernetes API, reached with certificates over real sockets. */
class World {
  keeper: LocalKeeper;
  readonly authority: Identity;
  readonly #transports: HttpTransport[] = [];
  #cluster!: Cluster;
  #listener!: Listener;
  port = 0;

  constructor() {
    const now = Date.now;
    this.keeper = new LocalKeeper({
      records: new MemoryRecords(now),
      shared: () => shared,
      idTokens: async () => undefined,
      accounts: async () => undefined,
      accountAudiences: [],
      person: () => 'unknown',
      now,
      audit: () => {},
    });
    const span = { from: now() - day, until: now() + day };
    this.authority = issue({ commonName: 'authority', use: 'authority', ...span });
  }

  identity(commonName: string, organizations: readonly string[] = []): Identity {
    const use = commonName === 'server' ? ('server' as const) : ('client' as const);
    const span = { from: Date.now() - day, until: Date.now() + day };
    return issue({ commonName, organizations, hosts: ['127.0.0.1'], use, ...span }, this.authority);
  }

  async start(): Promise<void> {
    const annex = identityAnnex(keeperCalls(this.keeper));
    this.#cluster = await Cluster.open('10.96.0.0/28', { annexes: new Map([[prefix, annex]]) });
    await this.listen();
  }

  async listen(): Promise<void> {
    const describe = (error: CodedError): ReturnType<typeof listenerFailure> => listenerFailure(error, 1e6);
    this.#listener = createListener({ limits: defaultLimits, describe }, this.#cluster.api.handler);
    const secure = { ...this.identity('server'), authorities: [this.authority.certificate] };
    ({ port: this.port } = await this.#listener.listen({ host: '127.0.0.1', port: this.port }, secure));
  }

  /** Ends every connection at once. */
  async cut(): Promise<void> {
    await this.#listener.drain(0);
  }

  remote(identity: Identity, onError: (error: unknown) => void = () => {}): RemoteKeeper {
    const transport = new HttpTransport({
      server: `https://127.0.0.1:${this.port}`,
      ca: this.authority.certificate,
      ...identity,
      userAgent: 'test',
    });
    this.#transports.push(transport);
    return new RemoteKeeper(transport, onError);
  }

  async stop(): Promise<void> {
    for (const transport of this.#transports) transport.close();
    await this.cut();
    await this.#cluster.close();
  }
}

/** What a login works with besides its keeper; nothing of it is asked here. */
function around(): Omit<Parameters<typeof openLogin>[1], 'onIssuer'> {
  const transport = new HttpTransport({ server: 'http://127.0.0.1:1', userAgent: 'test' });
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), 'test', Date.now);
  const none = { inferenceServices: [], virtualServices: [], ingresses: [], knativeIngresses: [] };
  const routes = routesOf({ ...none, httpRoutes: [], referenceGrants: [], services: [], slices: [] });
  const cluster = new View(transport, events, Date.now);
  return { cluster, table: () => routes, now: Date.now, secure: false, publicUrl: () => 'http://localhost' };
}

const world = new World();
const masters = world.identity('system:davit', ['system:masters']);
before(() => world.start());
after(() => world.stop());

suite('a keeper in another process', () => {
  test('a session is opened, known, and closed', async () => {
    const keeper = world.remote(masters);
    const { handle, expires } = await keeper.open({ user: ada, grant: 'g', expires: Date.now() + 1000 });
    const known = await keeper.who(handle);
    assert.deepEqual(known, await world.keeper.who(handle));
    assert.equal(known?.expires, expires);
    assert.notEqual(await keeper.close(handle), undefined);
    assert.equal(await keeper.close(handle), undefined);
    assert.equal(await keeper.who(handle), undefined);
    assert.equal(await keeper.who('nobody'), undefined);
  });

  test('what is told when a session is opened comes whole: its ID token, and when that was issued', async () => {
    const keeper = world.remote(masters);
    const asked = { user: ada, grant: 'g', expires: Date.now() + 60_000, idToken: 'e30.e30.x' };
    const { handle } = await keeper.open({ ...asked, issued: Date.now() });
    assert.deepEqual(await keeper.close(handle), { idToken: 'e30.e30.x' });
    const before = Date.now();
    await world.keeper.endUser(ada.name, false);
    await assert.rejects(keeper.open({ ...asked, issued: before - 1000 }), { code: 'grant-revoked' });
  });

  test('a mark is spent once by whoever comes first', async () => {
    const [one, two] = [world.remote(masters), world.remote(masters)];
    const until = Date.now() + 60_000;
    const spent = await Promise.all(
      Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? one : two).spend('mark', until)),
    );
    assert.equal(spent.filter(Boolean).length, 1);
  });

  test('what gateways share comes whole', async () => {
    assert.deepEqual(await world.remote(masters).shared(), shared);
  });

  test('a failure comes with its code', async () => {
    const opening = world.remote(masters).open({
      user: { name: 'system:admin', groups: [] },
      grant: undefined,
      expires: Date.now() + 1000,
    });
    await assert.rejects(
      opening,
      error => error instanceof CodedError && error.code === 'user-invalid' && error.status === 400,
    );
  });

  test('a gateway that begins while it is away waits for it', async () => {
    const waited = Promise.withResolvers<string>();
    const write = (line: string): void => waited.resolve(line);
    const log = createLog({ level: 'warning', format: 'json', colour: false, now: Date.now, write });
    const issuers: string[] = [];
    await world.cut();
    const login = openLogin(
      { keeper: world.remote(masters), publicUrl: undefined, audit: () => {}, log },
      { ...around(), onIssuer: url => issuers.push(url) },
    );
    const ready = login.ready();
    assert.match(await waited.promise, /the gateway waits for whoever keeps/);
    assert.deepEqual(issuers, []);
    await world.listen();
    await ready;
    assert.deepEqual(issuers, [shared.issuer.url]);
    await login.stop();
  });

  test('whoever has no right to ask learns nothing', async () => {
    const refused = (error: unknown): boolean =>
      error instanceof CodedError &&
      error.code === 'identity-unreachable' &&
      /cannot post/.test(error.message);
    const { handle } = await world.keeper.open({ user: ada, grant: undefined, expires: Date.now() + 1000 });
    const stranger = world.remote(world.identity('eve', ['system:authenticated']));
    await assert.rejects(stranger.who(handle), refused);
    await assert.rejects(stranger.close(handle), refused);
    assert.notEqual(await world.keeper.who(handle), undefined);
  });

  test('what is revoked is told within a second, and that the keeper is there again and again', async () => {
    const ending = new AbortController();
    const told: Revoked[] = [];
    let beats = 0;
    let wake = (): void => {};
    const following = (async () => {
      for await (const one of world.remote(masters).revocations(ending.signal)) {
        if (one === undefined) beats++;
        else told.push(one);
        wake();
      }
    })();
    const until = async (done: () => boolean): Promise<void> => {
      while (!done()) await new Promise<void>(resolve => (wake = resolve));
    };
    await until(() => beats > 0);
    assert.deepEqual(told, [{ kind: 'all' }]);
    const { handle } = await world.keeper.open({ user: ada, grant: undefined, expires: Date.now() + 1000 });
    const began = performance.now();
    await world.keeper.close(handle);
    await until(() => told.length > 1);
    assert.ok(performance.now() - began < 1000);
    assert.equal(told[1]?.kind, 'session');
    await until(() => beats > 5);
    // After a break everything that is remembered is void.
    await world.cut();
    await world.listen();
    await until(() => told.length > 2);
    assert.deepEqual(told[2], { kind: 'all' });
    ending.abort();
    await following;
  });
});
