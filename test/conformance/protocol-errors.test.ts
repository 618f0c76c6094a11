import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { startServing, type InProcess } from './serving.ts';

const page = join(dirname(dirname(import.meta.dirname)), 'docs', 'reference', 'protocol-errors.md');

interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** What the message has to name. */
  readonly names: RegExp;
}

const infer = '/v2/models/iris/infer';
const predict = '/v1/models/iris:predict';

function tensor(shape: string, datatype: string, data: string): string {
  return `{"inputs":[{"name":"a","shape":${shape},"datatype":"${datatype}","data":${data}}]}`;
}

const good = tensor('[1,4]', 'FP32', '[6.8,2.8,4.8,1.4]');

/** One request for each row of the page, by its situation. */
const asks: Readonly<Record<string, Ask>> = {
  'body is not JSON': { path: infer, body: '{"inputs": oops}', names: /line 1, column 12/ },
  'body is not UTF-8': { path: infer, body: Buffer.from('{"id":"\xff\xfe"}', 'latin1'), names: /UTF-8/ },
  'nested deeper than 100 levels': { path: infer, body: `{"later":${'['.repeat(100_000)}`, names: /100/ },
  'a key twice': { path: infer, body: '{"inputs":[],"inputs":[]}', names: /inputs/ },
  '`inputs` is missing': { path: infer, body: '{}', names: /inputs/ },
  '`inputs` is empty': { path: infer, body: '{"inputs":[]}', names: /no input, expected .*4/ },
  'a field has another JSON type': { path: infer, body: '{"inputs":{}}', names: /^inputs/ },
  'unknown datatype': {
    path: infer,
    body: tensor('[1,4]', 'FLOAT', '[1,2,3,4]'),
    names: /inputs\[0\]\.datatype.*FLOAT/,
  },
  'a negative dimension': {
    path: infer,
    body: tensor('[-1,4]', 'FP32', '[1,2,3,4]'),
    names: /inputs\[0\]\.shape/,
  },
  'dimensions whose product overflows': {
    path: infer,
    body: tensor('[4294967296,4294967296]', 'FP32', '[]'),
    names: /inputs\[0\]\.shape/,
  },
  'data and shape disagree': {
    path: infer,
    body: tensor('[1,4]', 'FP32', '[1,2,3]'),
    names: /inputs\[0\]\.data/,
  },
  'a fraction in an integer tensor': {
    path: infer,
    body: tensor('[1,4]', 'INT32', '[1,2,3.5,4]'),
    names: /inputs\[0\]\.data\[2\]/,
  },
  'an integer outside its datatype': {
    path: infer,
    body: tensor('[1,4]', 'INT8', '[1,2,300,4]'),
    names: /inputs\[0\]\.data\[2\].*300/,
  },
  'FP16 as JSON': { path: infer, body: tensor('[1,4]', 'FP16', '[1,2,3,4]'), names: /FP16/ },
  'an input name twice': {
    path: infer,
    body: '{"inputs":[{"name":"a","shape":[1],"datatype":"FP32","data":[1]},{"name":"a","shape":[1],"datatype":"FP32","data":[1]}]}',
    names: /"a"|'a'/,
  },
  'tensors of different length': {
    path: infer,
    body: `{"inputs":[${['[1]', '[2,2]', '[3]', '[4]'].map((data, at) => `{"name":"${'abcd'[at]}","shape":[${at === 1 ? 2 : 1}],"datatype":"FP64","data":${data}}`).join(',')}]}`,
    names: /'b'/,
  },
  'more rows than allowed': {
    path: infer,
    body: tensor('[101,1]', 'FP32', `[${'1,'.repeat(100)}1]`),
    names: /101.*100/,
  },
  'wrong number of features': {
    path: infer,
    body: tensor('[1,3]', 'FP32', '[1,2,3]'),
    names: /'a'.*3 features.*expecting 4/,
  },
  'strings for a numeric model': {
    path: infer,
    body: tensor('[1,4]', 'BYTES', '["a","b","c","d"]'),
    names: /'a'.*BYTES/,
  },
  'NaN where the model takes none': {
    path: infer,
    body: tensor('[1,4]', 'FP32', '[1,2,NaN,4]'),
    names: /'a'.*column 2.*NaN/,
  },
  'an output that the model lacks': {
    path: infer,
    body: good.replace('}]}', '}],"outputs":[{"name":"nope"}]}'),
    names: /nope/,
  },
  'tensor data after the JSON (`Inference-Header-Content-Length`)': {
    path: infer,
    headers: { 'inference-header-content-length': '2' },
    body: Buffer.concat([Buffer.from('{}'), Buffer.alloc(16, 1)]),
    names: /Inference-Header-Content-Length/,
  },
  '`binary_data_size` in an input': {
    path: infer,
    body: '{"inputs":[{"name":"a","shape":[1,4],"datatype":"FP32","parameters":{"binary_data_size":16}}]}',
    names: /inputs\[0\]\.parameters\.binary_data_size/,
  },
  '`binary_data` asked for in an output': {
    path: infer,
    body: good.replace('}]}', '}],"outputs":[{"name":"predict","parameters":{"binary_data":true}}]}'),
    names: /outputs\[0\]\.parameters\.binary_data/,
  },
  'shared memory in an input': {
    path: infer,
    body: '{"inputs":[{"name":"a","shape":[1,4],"datatype":"FP32","parameters":{"shared_memory_region":"r","shared_memory_byte_size":16}}]}',
    names: /inputs\[0\]\.parameters\.shared_memory/,
  },
  'unknown model': {
    path: '/v2/models/nope/infer',
    body: good,
    names: /^Request for unknown model: 'nope' is not found$/,
  },
  'model known, not ready': { path: '/v2/models/broken/infer', body: good, names: /'broken' is not ready/ },
  '`/ready` of an unknown model': {
    method: 'GET',
    path: '/v2/models/nope/ready',
    names: /unknown model: 'nope'/,
  },
  '`/ready` of a model that is not': {
    method: 'GET',
    path: '/v2/models/broken/ready',
    names: /'broken' is not ready: .*looks like text/,
  },
  'unknown version': { path: '/v2/models/iris/versions/7/infer', body: good, names: /'iris' version 7/ },
  'server not ready': { method: 'GET', path: '/v2/health/ready', names: /'broken'/ },
  'unknown path': { method: 'GET', path: '/v3', names: /\/v3/ },
  'wrong method': { method: 'PUT', path: infer, body: good, names: /PUT.*POST/ },
  'body larger than allowed': { path: infer, body: ' '.repeat(200_001), names: /200000/ },
  'head larger than allowed': {
    method: 'GET',
    path: '/v2',
    headers: { cookie: 'a'.repeat(20_000) },
    names: /head/i,
  },
  'unknown `Content-Encoding`': {
    path: infer,
    headers: { 'content-encoding': 'br' },
    body: good,
    names: /br/,
  },
  'compressed body that is broken': {
    path: infer,
    headers: { 'content-encoding': 'gzip' },
    body: good,
    names: /gzip/,
  },
  'configuration, statistics, trace, generate': {
    method: 'GET',
    path: '/v2/models/iris/stats',
    names: /statistics/,
  },
  'loading with other configuration or files': {
    path: '/v2/repository/models/iris/load',
    body: '{"parameters":{"config":"{}"}}',
    names: /parameters\.config/,
  },
  'loading an unknown model': { path: '/v2/repository/models/nope/load', names: /unknown model: 'nope'/ },
  'loading a file that is no model': {
    path: '/v2/repository/models/broken/load',
    names: /looks like text/,
  },
  'unloading an unknown model': { path: '/v2/repository/models/nope/unload', names: /unknown model: 'nope'/ },
  'a field of a request to the repository has another JSON type': {
    path: '/v2/repository/index',
    body: '{"ready":"yes"}',
    names: /^ready: found "yes", expected true or false$/,
  },
  'V1 body is not JSON': { path: predict, body: 'instances=1', names: /JSON/i },
  'V1 with neither `instances` nor `inputs`': { path: predict, body: '{"rows":[]}', names: /instances/ },
  'V1 `instances` is no list': { path: predict, body: '{"instances":5}', names: /instances/ },
  'V1 rows of different length': {
    path: predict,
    body: '{"instances":[[1,2,3,4],[1,2]]}',
    names: /instances\[1\]/,
  },
  'V1 wrong number of features': {
    path: predict,
    body: '{"instances":[[1,2]]}',
    names: /2 features.*expecting 4/,
  },
  'V1 unknown model': { path: '/v1/models/nope:predict', body: '{"instances":[[1,2,3,4]]}', names: /'nope'/ },
  'V1 model known, not ready': {
    path: '/v1/models/broken:predict',
    body: '{"instances":[[1,2,3,4]]}',
    names: /'broken' is not ready/,
  },
  'V1 explain': { path: '/v1/models/iris:explain', body: '{"instances":[[1,2,3,4]]}', names: /explain/ },
};

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function send(port: number, { method = 'POST', path, headers, body }: Omit<Ask, 'names'>): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    });
    asked.on('response', response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', chunk => (text += String(chunk)));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    // A body that is refused unread may break the upload; the answer has come by then or the test fails below.
    asked.on('error', reject);
    asked.end(body);
  });
}

/** The page's rows: situation → what Davit answers. */
function readPage(): ReadonlyMap<string, { status: number; code: string }> {
  const rows = readFileSync(page, 'utf8').matchAll(/^\| ([^|]+?) \| (\d{3}) `([a-z0-9-]+)` \|/gm);
  return new Map(
    [...rows].map(([, situation = '', status, code = '']) => [situation, { status: Number(status), code }]),
  );
}

const rows = readPage();

suite('protocol-errors.md', () => {
  let server: InProcess;
  before(async () => {
    server = await startServing({ maxRows: 100, headBytes: 16_384, bodyBytes: 200_000 });
  });
  after(() => server.close());

  test('the page and the requests name the same situations', () => {
    assert.deepEqual([...rows.keys()].toSorted(), Object.keys(asks).toSorted());
  });

  for (const [situation, { names, ...ask }] of Object.entries(asks)) {
    test(situation, async () => {
      const { status, headers, text } = await send(server.port, ask);
      assert.deepEqual({ status, code: headers['davit-error-code'] }, rows.get(situation), text);
      assert.equal(headers['content-type'], 'application/json');
      const body = JSON.parse(text) as { error: string };
      assert.deepEqual(Object.keys(body), ['error']);
      assert.match(body.error, names);
      if (situation === 'wrong method') assert.equal(headers['allow'], 'POST');
      const next = await send(server.port, { path: infer, body: good });
      assert.deepEqual(
        [next.status, next.text],
        [
          200,
          '{"model_name":"iris","model_version":"1","outputs":[{"name":"predict","datatype":"INT64","shape":[1],"data":[1]}]}',
        ],
      );
    });
  }

  test('nothing of this was a defect', () => {
    assert.deepEqual(
      server.logged.filter(line => line.includes('defect')),
      [],
    );
  });
});
