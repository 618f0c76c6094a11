import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { loggedIn } from './client.ts';
import { House, password, people, until } from './house.ts';

const [user = ''] = people;
const infer = '/v2/models/iris/infer';
const hour = 3_600_000;
let house: House;
let open: House;

before(async () => {
  house = await House.open();
  open = await House.open({ open: true });
  for (const one of [house, open]) {
    await one.serve('mine', 'iris');
    await one.serve('mine', 'other');
  }
});

beforeEach(() => void house.received.splice(0));

after(async () => {
  await house.close();
  await open.close();
});

/** A client that sends the same bytes again and again over one connection. */
class Repeating {
  readonly #socket: Socket;
  readonly #text: string;

  constructor(port: number, path: string, ...lines: readonly string[]) {
    this.#socket = connect(port, '127.0.0.1');
    const fields = ['Host: localhost', ...lines, 'Content-Length: 2'];
    this.#text = `POST ${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n{}`;
  }

  /** The status of the answer, and its body. */
  async ask(): Promise<{ status: number; body: string }> {
    this.#socket.write(this.#text);
    let answer = '';
    for (;;) {
      const [chunk] = (await once(this.#socket, 'data')) as [Buffer];
      answer += chunk.toString('latin1');
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
      if (body.length >= length) return { status: Number(head.slice(9, 12)), body };
    }
  }

  /** Waits until it is answered so. */
  answered(status: number, body = ''): Promise<void> {
    const there = async (): Promise<boolean> => {
      const answer = await this.ask();
      return answer.status === status && answer.body.includes(body);
    };
    return until(there, `it is not answered with ${status} ${body}`);
  }

  end(): void {
    this.#socket.destroy();
  }
}

function token(name: string): { readonly value: string; readonly bearer: string } {
  const made = house.keeper.createToken(
    { name: user, groups: [] },
    { name, namespace: 'mine', verbs: ['predict'], lifetime: hour },
  );
  return { value: made.token, bearer: `Authorization: Bearer ${made.token}` };
}

/** Sends the same often enough that it is known how it goes, and gives whoever sends it. */
async function repeated(port: number, ...lines: readonly string[]): Promise<Repeating> {
  const client = new Repeating(port, infer, ...lines);
  for (let times = 0; times < 3; times++) assert.equal((await client.ask()).status, 200);
  return client;
}

test('who repeats a request whose credential is revoked is refused', async () => {
  const session = await loggedIn(house.port, { user, password });
  const byCookie = await repeated(house.port, `Cookie: ${session}`);
  await house.keeper.close(session.split('=')[1] ?? '');
  await byCookie.answered(302);
  byCookie.end();
  const { bearer } = token('revoked');
  const byToken = await repeated(house.port, bearer);
  assert.ok(house.keeper.revokeToken('revoked', user));
  await byToken.answered(401);
  byToken.end();
});

test('who repeats a request that he has no right to any more is refused, and let in again once he has', async () => {
  const client = await repeated(house.port, token('rights').bearer);
  const bindings = house.client('rolebindings');
  const binding = await bindings.get('mine', 'caller');
  await bindings.delete('mine', 'caller');
  await client.answered(404);
  await bindings.create({ ...binding, metadata: { name: 'caller', namespace: 'mine' } });
  await client.answered(200, 'mine/iris');
  client.end();
});

test('who repeats a request for what was public is asked who he is once it is not', async () => {
  const services = house.client('inferenceservices');
  const annotated = (value: string | null): Promise<unknown> =>
    services.patch('mine', 'other', 'merge', {
      metadata: { annotations: { 'davit.dev/public-paths': value } },
    });
  await annotated('/');
  const client = new Repeating(house.port, '/v2/models/other/infer');
  await client.answered(200);
  for (let times = 0; times < 3; times++) assert.equal((await client.ask()).status, 200);
  await annotated(null);
  await client.answered(302);
  client.end();
});

for (const [what, at] of Object.entries({ 'with a login': () => house, 'without one': () => open })) {
  test(`who repeats a request is led where the routes lead now, ${what}`, async () => {
    const client = await repeated(at().port, ...(at() === house ? [token('routes').bearer] : []));
    const lead = (to: string): Promise<unknown> => {
      const backend = { service: { name: `${to}-predictor`, port: { number: 80 } } };
      const paths = [{ path: '/', pathType: 'Prefix', backend }];
      const spec = { rules: [{ host: 'iris.mine.example.com', http: { paths } }] };
      return at().client('ingresses').patch('mine', 'iris', 'merge', { spec });
    };
    await lead('other');
    await client.answered(200, 'mine/other');
    await lead('iris');
    await client.answered(200, 'mine/iris');
    client.end();
  });

  test(`who repeats a request comes to each of those that share it, ${what}`, async () => {
    const destinations = ['iris', 'other'].map(name => ({
      destination: { host: `${name}-predictor.mine.svc.cluster.local`, port: { number: 80 } },
      weight: 50,
    }));
    await at().create('virtualservices.networking.istio.io', {
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'VirtualService',
      metadata: { name: 'shared', namespace: 'mine' },
      spec: { hosts: ['iris.mine.example.com'], http: [{ route: destinations }] },
    });
    const client = await repeated(at().port, ...(at() === house ? [token('shares').bearer] : []));
    await client.answered(200, 'mine/other');
    await client.answered(200, 'mine/iris');
    await client.answered(200, 'mine/other');
    client.end();
  });
}

test('a name that a client gives its requests is passed on each time, and each without one gets another', async () => {
  const { bearer } = token('names');
  const named = await repeated(house.port, bearer, 'X-Request-Id: mine-1');
  const nameless = await repeated(house.port, bearer);
  const names = house.received.map(({ headers }) => headers['x-request-id']);
  assert.deepEqual(names.slice(0, 3), ['mine-1', 'mine-1', 'mine-1']);
  assert.equal(new Set(names.slice(3)).size, 3);
  assert.ok(house.received.every(({ headers }) => headers['kubeflow-userid'] === user));
  assert.ok(house.received.every(({ headers }) => headers['x-forwarded-for'] === '127.0.0.1'));
  named.end();
  nameless.end();
});
