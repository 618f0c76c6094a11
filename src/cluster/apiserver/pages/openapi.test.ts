import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKinds, kindParts } from '../../kinds/index.ts';
import type { Call } from '../call.ts';
import { OpenapiPages } from './openapi.ts';
import type { PageAnswer } from '../server.ts';

const started = Date.UTC(2026, 10, 25, 20, 0, 0);
const pages = new OpenapiPages(createKinds(kindParts), () => started);

/** What a page reads of a call. */
function call(method: string, query: string, fields: Readonly<Record<string, string>>): Call {
  const header = (name: string) => fields[name];
  return { method, query: new URLSearchParams(query), head: { header } } as unknown as Call;
}

function ask(target: string, fields: Readonly<Record<string, string>> = {}, method = 'GET'): PageAnswer {
  const [path = '', query = ''] = target.split('?');
  const answer = pages.page(path)?.(call(method, query, fields));
  assert.ok(answer, target);
  return answer;
}

function field({ fields = [] }: PageAnswer, name: string): string | undefined {
  return fields.find(([known]) => known === name)?.[1];
}

interface Index {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
}

test('the index is plain text that names a document for each group and version', () => {
  const answer = ask('/openapi/v3');
  assert.equal(answer.type, 'text/plain; charset=utf-8');
  assert.equal(field(answer, 'Last-Modified'), 'Wed, 25 Nov 2026 20:00:00 GMT');
  const { paths } = JSON.parse(String(answer.body)) as Index;
  assert.ok(
    Object.keys(paths).includes('api/v1') && Object.keys(paths).includes('apis/serving.kserve.io/v1beta1'),
  );
  for (const [path, { serverRelativeURL }] of Object.entries(paths)) {
    assert.ok(serverRelativeURL.startsWith(`/openapi/v3/${path}?hash=`));
  }
});

test('a document under its hash may be kept for ever, another hash leads to the right one', () => {
  const { paths } = JSON.parse(String(ask('/openapi/v3').body)) as Index;
  const url = paths['apis/batch/v1']?.serverRelativeURL as string;
  const answer = ask(url);
  assert.equal(answer.status, 200);
  assert.equal(answer.type, 'application/json');
  assert.equal(field(answer, 'Cache-Control'), 'public, immutable');
  assert.equal(field(answer, 'Expires'), 'Thu, 25 Nov 2027 20:00:00 GMT');
  assert.equal(field(answer, 'ETag'), `"${url.split('hash=')[1]}"`);
  const moved = ask('/openapi/v3/apis/batch/v1?hash=AB');
  assert.equal(moved.status, 301);
  assert.equal(field(moved, 'Location'), url);
  const plain = ask('/openapi/v3/apis/batch/v1');
  assert.equal(field(plain, 'Cache-Control'), undefined);
  assert.equal(plain.body, answer.body);
  const again = ask('/openapi/v3/apis/batch/v1', { 'if-none-match': field(answer, 'ETag') as string });
  assert.equal(again.status, 304);
  assert.equal(again.body, '');
});

test('what is not there, and what is not served, is said as a real server says it', () => {
  assert.equal(ask('/openapi/v3/apis/nope/v1').status, 404);
  assert.equal(ask('/openapi/v3/apis/apps').status, 404);
  assert.equal(ask('/openapi/v3/api').status, 404);
  assert.equal(ask('/openapi/v3/apis/batch/v1', { accept: 'text/html' }).status, 406);
  const protobuf = 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf';
  assert.equal(ask('/openapi/v3/apis/batch/v1', { accept: protobuf }).status, 406);
  assert.equal(ask('/openapi/v3/apis/batch/v1', { accept: `${protobuf}, */*` }).status, 200);
  assert.throws(() => ask('/openapi/v3', {}, 'POST'), /does not allow this method/);
  assert.equal(ask('/openapi/v3/apis/batch/v1/more').status, 404);
});

interface Second {
  readonly swagger: string;
  readonly definitions: Readonly<Record<string, { readonly properties?: object; readonly type?: string }>>;
}

test('edition 2 defines every kind, and says when nothing has changed', () => {
  const answer = ask('/openapi/v2');
  assert.equal(answer.type, 'application/json');
  const { swagger, definitions, ...rest } = JSON.parse(String(answer.body)) as Second;
  assert.equal(swagger, '2.0');
  assert.deepEqual(rest, { info: { title: 'Kubernetes', version: 'v1.37.2' }, paths: {} });
  const referred = [...String(answer.body).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)];
  assert.deepEqual(
    referred.filter(([, name]) => definitions[name as string] === undefined),
    [],
  );
  assert.ok('io.kserve.serving.v1beta1.InferenceService' in definitions);
  const again = ask('/openapi/v2', { 'if-none-match': field(answer, 'ETag') as string });
  assert.deepEqual([again.status, again.body], [304, '']);
});

test('edition 2 has no kinds in protocol buffers', () => {
  const binary = ask('/openapi/v2', { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' });
  assert.equal(binary.type, 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
  assert.equal(
    Buffer.from(binary.body as Uint8Array).toString('latin1'),
    '\n\u00032.0\u0012\u0015\n\nKubernetes\u0012\u0007v1.37.2',
  );
});
