import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DocumentQueue } from '../../src/cluster/schema/index.ts';
import { Cluster, configMap, defineSubjects, fresh, subjects } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
  await defineSubjects(cluster);
});
after(() => cluster.close());

const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';

function pod(name: string, more: object = {}): object {
  const containers = [{ name: 'c', image: 'i' }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...more },
    spec: { containers, nodeName: 'n', automountServiceAccountToken: false },
  };
}

async function created(path: string, body: object): Promise<string> {
  const { status, body: object, text } = await cluster.ask('POST', path, { body });
  assert.equal(status, 201, text);
  return object.metadata.name;
}

for (const { title, collection, object } of subjects) {
  describe(`writes of ${title}`, () => {
    const maps = collection('default');

    test('an object is created, read, replaced, patched and removed', async () => {
      const name = await created(maps, object(fresh('all')));
      const read = await cluster.ask('GET', `${maps}/${name}`);
      assert.equal(read.body.data.a, '1');
      const again = await cluster.ask('POST', maps, { body: object(name) });
      assert.deepEqual([again.status, again.body.reason], [409, 'AlreadyExists']);
      const put = await cluster.ask('PUT', `${maps}/${name}`, { body: { ...read.body, data: { a: '2' } } });
      assert.deepEqual([put.status, put.body.data.a], [200, '2']);
      const stale = await cluster.ask('PUT', `${maps}/${name}`, { body: { ...read.body, data: { a: '3' } } });
      assert.deepEqual([stale.status, stale.body.reason], [409, 'Conflict']);
      const patch = await cluster.ask('PATCH', `${maps}/${name}`, {
        type: 'application/merge-patch+json',
        body: { data: { a: null, b: '1' } },
      });
      assert.deepEqual(patch.body.data, { b: '1' });
      assert.equal((await cluster.ask('DELETE', `${maps}/${name}`)).status, 200);
      assert.equal((await cluster.ask('GET', `${maps}/${name}`)).status, 404);
      assert.equal((await cluster.ask('PUT', `${maps}/${name}`, { body: object(name) })).status, 404);
    });

    test('a write that changes nothing keeps its revision', async () => {
      const name = await created(maps, object(fresh('same')));
      const read = await cluster.ask('GET', `${maps}/${name}`);
      const put = await cluster.ask('PUT', `${maps}/${name}`, { body: read.body });
      assert.equal(put.body.metadata.resourceVersion, read.body.metadata.resourceVersion);
    });

    test('writes at once without a revision all count', async () => {
      const name = await created(maps, object(fresh('race')));
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          cluster.ask('PATCH', `${maps}/${name}`, {
            type: 'application/merge-patch+json',
            body: { data: { [`k${index}`]: 'x' } },
          }),
        ),
      );
      const lost = answers.filter(({ status }) => status !== 200);
      assert.deepEqual(
        lost.map(({ status }) => status),
        [],
      );
      const { body } = await cluster.ask('GET', `${maps}/${name}`);
      assert.equal(Object.keys(body.data).length, 13);
    });

    test('a dry run of every verb answers as if and changes nothing', async () => {
      const name = await created(maps, object(fresh('dry')));
      const { body: before } = await cluster.ask('GET', `${maps}/${name}`);
      const { revision } = cluster.store;
      const dry = '?dryRun=All';
      const asks: [string, string, object, string?][] = [
        ['POST', `${maps}${dry}`, object(fresh('dry'))],
        ['PUT', `${maps}/${name}${dry}`, { ...before, data: { b: '2' } }],
        ['PATCH', `${maps}/${name}${dry}`, { data: { b: '2' } }, 'application/merge-patch+json'],
        [
          'PATCH',
          `${maps}/${name}${dry}&fieldManager=m&force=true`,
          object(name),
          'application/apply-patch+yaml',
        ],
        ['DELETE', `${maps}/${name}`, { dryRun: ['All'] }],
        ['DELETE', maps, { dryRun: ['All'] }],
      ];
      for (const [method, path, body, type] of asks) {
        const answer = await cluster.ask(method, path, { body, ...(type !== undefined && { type }) });
        assert.ok(answer.status < 300, `${method} ${answer.text}`);
      }
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's' },
        spec: { ports: [{ port: 80 }] },
      };
      for (let time = 0; time < 40; time++) {
        const answer = await cluster.ask('POST', `/api/v1/namespaces/default/services${dry}`, {
          body: service,
        });
        assert.equal(answer.status, 201, answer.text);
      }
      assert.equal(cluster.store.revision, revision);
      assert.deepEqual((await cluster.ask('GET', `${maps}/${name}`)).body, before);
    });

    test('an object with finalizers stays until they are gone', async () => {
      const metadata = { name: fresh('held'), finalizers: ['x.io/a'] };
      const name = await created(maps, object('', { metadata }));
      const first = await cluster.ask('DELETE', `${maps}/${name}`);
      assert.equal(first.body.metadata.deletionTimestamp, '2026-11-25T12:00:00Z');
      const second = await cluster.ask('DELETE', `${maps}/${name}`);
      assert.equal(second.body.metadata.resourceVersion, first.body.metadata.resourceVersion);
      const more = await cluster.ask('PATCH', `${maps}/${name}`, {
        type: 'application/merge-patch+json',
        body: { metadata: { finalizers: ['x.io/a', 'x.io/b'] } },
      });
      assert.equal(more.status, 422);
      const revived = await cluster.ask('PATCH', `${maps}/${name}`, {
        type: 'application/merge-patch+json',
        body: { metadata: { deletionTimestamp: null } },
      });
      assert.ok(revived.body.metadata.deletionTimestamp !== undefined);
      const taken = await cluster.ask('POST', maps, { body: object(name) });
      assert.match(taken.body.message, /^object is being deleted: /);
      const last = await cluster.ask('PATCH', `${maps}/${name}`, {
        type: 'application/merge-patch+json',
        body: { metadata: { finalizers: null } },
      });
      assert.equal(last.status, 200);
      assert.equal((await cluster.ask('GET', `${maps}/${name}`)).status, 404);
    });

    for (const [policy, finalizer] of [
      ['Orphan', 'orphan'],
      ['Foreground', 'foregroundDeletion'],
    ] as const) {
      test(`propagation ${policy} leaves the object to the collector`, async () => {
        const name = await created(maps, object(fresh('propagated')));
        const { body } = await cluster.ask('DELETE', `${maps}/${name}?propagationPolicy=${policy}`);
        assert.deepEqual(body.metadata.finalizers, [finalizer]);
        await cluster.ask('DELETE', `${maps}/${name}?propagationPolicy=Background`);
        assert.equal((await cluster.ask('GET', `${maps}/${name}`)).body.metadata.finalizers, undefined);
      });
    }

    test('preconditions of a deletion are kept', async () => {
      const name = await created(maps, object(fresh('pre')));
      const { body } = await cluster.ask('GET', `${maps}/${name}`);
      for (const preconditions of [{ uid: 'other' }, { resourceVersion: '1' }]) {
        const refused = await cluster.ask('DELETE', `${maps}/${name}`, { body: { preconditions } });
        assert.deepEqual([refused.status, refused.body.reason], [409, 'Conflict']);
      }
      const { uid, resourceVersion } = body.metadata;
      const removed = await cluster.ask('DELETE', `${maps}/${name}`, {
        body: { preconditions: { uid, resourceVersion } },
      });
      assert.deepEqual([removed.status, removed.body.details.uid], [200, uid]);
    });

    test('options of a deletion that are no such options are 400', async () => {
      const name = await created(maps, object(fresh('options')));
      for (const wrong of [
        '{"gracePeriodSeconds":"x"}',
        '{"gracePeriodSeconds":1.5}',
        '{"preconditions":5}',
        '{"preconditions":{"uid":5}}',
        '{"dryRun":5}',
        '{"dryRun":"All"}',
        '{"propagationPolicy":5}',
        '[]',
        '5',
        '{',
      ]) {
        const { status, body } = await cluster.ask('DELETE', `${maps}/${name}`, { bytes: wrong });
        assert.deepEqual([status, body.kind], [400, 'Status'], wrong);
      }
      assert.equal((await cluster.ask('GET', `${maps}/${name}`)).status, 200);
    });

    test('a collection is removed by its selectors alone', async () => {
      const mark = fresh('mark');
      const labelled = (name: string, labels: object): object => object(name, { metadata: { name, labels } });
      const kept = await created(maps, labelled(fresh('kept'), { mark: 'other' }));
      for (const name of [fresh('a'), fresh('b')]) await created(maps, labelled(name, { mark }));
      const removed = await cluster.ask('DELETE', `${maps}?labelSelector=mark%3D${mark}`);
      assert.equal(removed.body.items.length, 2);
      assert.equal((await cluster.ask('GET', `${maps}?labelSelector=mark%3D${mark}`)).body.items.length, 0);
      assert.equal((await cluster.ask('GET', `${maps}/${kept}`)).status, 200);
    });

    test('keys that mean something to JavaScript are keys like others', async () => {
      const name = fresh('keys');
      const data = '{"__proto__":"a","constructor":"b","hasOwnProperty":"d","toString":"c"}';
      const { apiVersion, kind } = object(name) as { apiVersion: string; kind: string };
      const bytes = `{"apiVersion":"${apiVersion}","kind":"${kind}","metadata":{"name":"${name}","annotations":{"constructor":"b"}},"data":${data}}`;
      const answer = await cluster.ask('POST', maps, { bytes });
      assert.equal(answer.status, 201, answer.text);
      const read = await cluster.ask('GET', `${maps}/${name}`);
      assert.ok(read.text.includes(`"data":${data}`), read.text);
      const patched = await cluster.ask('PATCH', `${maps}/${name}`, {
        type: 'application/merge-patch+json',
        bytes: '{"data":{"__proto__":null,"constructor":"e"},"__proto__":{"polluted":"x"}}',
      });
      assert.equal(patched.status, 200, patched.text);
      assert.ok(
        patched.text.includes('"data":{"constructor":"e","hasOwnProperty":"d","toString":"c"}'),
        patched.text,
      );
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    });

    test('ten thousand labels are an object like others', async () => {
      const labels = Object.fromEntries(
        Array.from({ length: 10_000 }, (_, index) => [`k${index}`, `${index}`]),
      );
      const name = fresh('many');
      await created(maps, object(name, { metadata: { name, labels } }));
      const found = await cluster.ask('GET', `${maps}?labelSelector=k9999%3D9999`);
      assert.equal(found.body.items.length, 1);
    });
  });
}

test('a pod on a node goes after its grace, which only shrinks', async () => {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await created('/api/v1/namespaces/default/serviceaccounts', account);
  const name = await created(pods, pod(fresh('grace')));
  const marked = await cluster.ask('DELETE', `${pods}/${name}`);
  assert.equal(marked.body.metadata.deletionGracePeriodSeconds, 30);
  assert.equal(marked.body.metadata.deletionTimestamp, '2026-11-25T12:00:30Z');
  const longer = await cluster.ask('DELETE', `${pods}/${name}?gracePeriodSeconds=60`);
  assert.equal(longer.body.metadata.deletionGracePeriodSeconds, 30);
  const shorter = await cluster.ask('DELETE', `${pods}/${name}?gracePeriodSeconds=5`);
  assert.equal(shorter.body.metadata.deletionGracePeriodSeconds, 5);
  await cluster.ask('DELETE', `${pods}/${name}?gracePeriodSeconds=0`);
  assert.equal((await cluster.ask('GET', `${pods}/${name}`)).status, 404);
});

test('a namespace that goes takes nothing new and waits for its finalizer', async () => {
  const name = await created('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: fresh('ns') },
  });
  const marked = await cluster.ask('DELETE', `/api/v1/namespaces/${name}`);
  assert.equal(marked.body.status.phase, 'Terminating');
  const refused = await cluster.ask('POST', `/api/v1/namespaces/${name}/configmaps`, {
    body: configMap('x'),
  });
  assert.deepEqual([refused.status, refused.body.details.causes[0].reason], [403, 'NamespaceTerminating']);
  const finalized = await cluster.ask('PUT', `/api/v1/namespaces/${name}/finalize`, {
    body: { ...marked.body, spec: { finalizers: [] } },
  });
  assert.equal(finalized.status, 200, finalized.text);
  assert.equal((await cluster.ask('GET', `/api/v1/namespaces/${name}`)).status, 404);
  const missing = await cluster.ask('POST', '/api/v1/namespaces/nowhere/configmaps', {
    body: configMap('x'),
  });
  assert.deepEqual([missing.status, missing.body.reason], [404, 'NotFound']);
});

/** So many values of a KiB. */
function values(kibibytes: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: kibibytes }, (_, index) => [`k${index}`, 'x'.repeat(1024)]));
}

/** A ConfigMap with them in YAML. */
function yamlMap(name: string, kibibytes: number): string {
  const lines = Object.entries(values(kibibytes)).map(([key, value]) => `  ${key}: ${value}\n`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n${lines.join('')}`;
}

test('YAML of any length is read, as JSON of that length is', async () => {
  for (const [kibibytes, status] of [
    [1000, 201],
    // Too large for a ConfigMap, and read as one.
    [2900, 422],
  ] as const) {
    const name = fresh('large');
    const bytes = yamlMap(name, kibibytes);
    const made = await cluster.ask('POST', maps, { bytes, type: 'application/yaml' });
    assert.equal(made.status, status, made.text.slice(0, 200));
    const path = `${maps}/${name}?fieldManager=m`;
    const applied = await cluster.ask('PATCH', path, { bytes, type: 'application/apply-patch+yaml' });
    assert.equal(applied.status, status === 201 ? 200 : status, applied.text.slice(0, 200));
    const body = configMap(fresh('large'), { data: values(kibibytes) });
    const json = await cluster.ask('POST', maps, { body, type: 'application/yaml' });
    assert.equal(json.status, status, json.text.slice(0, 200));
  }
});

test('what is wrong with large YAML is told as of any other', async () => {
  const large = yamlMap('large', 100);
  const rows: [string, RegExp][] = [
    [`${large}  k1: again\n`, /line 105: key "k1" already set in map/],
    [`${large} wrong: [\n`, /^the object provided is unrecognized .*: yaml: line \d+: did not find expected/],
    [`${large}a: &a [*a]\n`, /yaml: anchor 'a' value contains itself/],
  ];
  for (const [bytes, message] of rows) {
    const refused = await cluster.ask('POST', `${maps}?fieldValidation=Strict`, {
      bytes,
      type: 'application/yaml',
    });
    assert.equal(refused.status, 400, refused.text.slice(0, 200));
    assert.match(refused.body.message, message);
  }
});

/** Has somebody else than the others write. */
const as = (name: string): Readonly<Record<string, string>> => ({
  'impersonate-user': name,
  'impersonate-group': 'system:masters',
});

test('while large YAML is read, others are answered; of one user only so many documents wait', async () => {
  const type = 'application/yaml';
  // It is read long after the others have come.
  const slow = cluster.ask('POST', maps, { bytes: yamlMap('slow', 2900), type });
  const ended: number[] = [];
  const bytes = yamlMap('large', 40);
  const asks = Array.from({ length: 10 }, (_, index) =>
    cluster
      .ask('POST', `${maps}?dryRun=All`, { bytes, type })
      .then(({ status }) => ended.push(index) && status),
  );
  const others = ['bob', 'carol'].map(name =>
    cluster.ask('POST', `${maps}?dryRun=All`, { bytes, type, headers: as(name) }),
  );
  const quick = await cluster.ask('GET', '/api/v1/namespaces/default');
  assert.deepEqual([quick.status, ended.length < asks.length], [200, true]);
  assert.deepEqual(await Promise.all(asks), [201, ...Array.from({ length: 9 }, () => 429)]);
  for (const one of await Promise.all([slow, ...others])) {
    assert.ok([201, 422].includes(one.status), one.text.slice(0, 200));
  }
});

test('large YAML is not read where nothing looks at it', async () => {
  const bytes = `${yamlMap('large', 40)} wrong: [\n`;
  const type = 'application/yaml';
  const rows = [
    ['GET', maps, 200],
    ['GET', `${maps}/nothing`, 404],
    ['PUT', maps, 405],
    ['POST', '/api/v1/namespaces/default/nothing', 404],
  ] as const;
  for (const [method, path, status] of rows) {
    const answer = await cluster.ask(method, path, { bytes, type });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 200)}`);
  }
});

test('YAML that takes too much is 413 and says what to do, and 503 once the server is ending', async () => {
  const documents = new DocumentQueue({ megabytes: 16 });
  const small = await Cluster.open(undefined, { documents });
  try {
    const type = 'application/yaml';
    const bytes = `apiVersion: v1\nkind: ConfigMap\nx: [${'b,'.repeat(300_000)}]\n`;
    const refused = await small.ask('POST', maps, { bytes, type });
    assert.deepEqual([refused.status, refused.body.reason], [413, 'RequestEntityTooLarge']);
    assert.match(refused.body.message, /more than 16 MiB; the same in JSON is read at once/);
    const asks = [small.ask('POST', maps, { bytes, type }), small.ask('POST', maps, { bytes, type })];
    const path = `${maps}/x?fieldManager=m`;
    await documents.close();
    const apply = 'application/apply-patch+yaml';
    asks.push(small.ask('PATCH', path, { bytes, type: apply, headers: as('carol') }));
    asks.push(small.ask('DELETE', `${maps}/x`, { bytes, type, headers: as('bob') }));
    for (const one of await Promise.all(asks)) {
      assert.deepEqual([one.status, one.body.reason], [503, 'ServiceUnavailable'], one.text.slice(0, 200));
    }
  } finally {
    await small.close();
  }
});

test('a patch of a type that is none is 415', async () => {
  for (const type of ['constructor', '__proto__', 'application/json', 'text/plain']) {
    const { status, body } = await cluster.ask('PATCH', `${maps}/x`, { type, body: {} });
    assert.deepEqual([status, body.reason], [415, 'UnsupportedMediaType'], type);
  }
});

test('damaged documents are refused with a Status, whatever they are sent as', async () => {
  const name = await created(maps, configMap(fresh('damaged')));
  const documents = [
    'null',
    '5',
    '[]',
    '{"metadata":5}',
    '{"metadata":[]}',
    '{"apiVersion":{},"metadata":{"name":"x"}}',
    '{"kind":[],"apiVersion":"v1"}',
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"labels":[]}}',
    '{"kind":"ConfigMap","apiVersion":"v1","data":5}',
    '['.repeat(100_000),
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    '\u0000',
  ];
  const types = [
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/json-patch+json',
  ];
  for (const bytes of documents) {
    const asks: [string, string, string, string][] = [
      ['POST', maps, 'application/json', bytes],
      ['POST', maps, 'application/yaml', bytes],
      ['POST', maps, 'application/vnd.kubernetes.protobuf', bytes],
      ['PUT', `${maps}/${name}`, 'application/json', bytes],
      ['PATCH', `${maps}/${name}?fieldManager=m`, 'application/apply-patch+yaml', bytes],
      ...types.map(
        type => ['PATCH', `${maps}/${name}?dryRun=All`, type, bytes] as [string, string, string, string],
      ),
    ];
    for (const [method, path, type, sent] of asks) {
      const { status, body, text } = await cluster.ask(method, path, { type, bytes: sent });
      const fine = status === 200 || (body?.kind === 'Status' && body.reason !== 'InternalError');
      assert.ok(fine, `${method} ${type} ${bytes.slice(0, 60)}: ${text.slice(0, 300)}`);
    }
  }
});

test('a node is created with the status that it tells of itself, another object begins without one', async () => {
  const status = { capacity: { cpu: '2' }, allocatable: { cpu: '1' } };
  const metadata = { name: fresh('node') };
  const node = await cluster.ask('POST', '/api/v1/nodes', {
    body: { apiVersion: 'v1', kind: 'Node', metadata, status },
  });
  assert.deepEqual([node.body.status.capacity, node.body.status.allocatable], [{ cpu: '2' }, { cpu: '1' }]);
  const phased = { ...pod(fresh('pod')), status: { phase: 'Running' } };
  const { body } = await cluster.ask('POST', pods, { body: phased });
  assert.equal(body.status.phase, 'Pending');
});

test('a kind that is only asked and never kept has no table', async () => {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
  };
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  assert.equal((await cluster.ask('POST', path, { body, headers })).status, 406);
  assert.equal((await cluster.ask('POST', path, { body })).status, 201);
});

test('documents of discovery are given to whoever takes JSON at all', async () => {
  const headers = { accept: 'application/vnd.kubernetes.protobuf, application/json' };
  const { status, body } = await cluster.ask('GET', '/apis/', { headers });
  assert.deepEqual([status, body.kind], [200, 'APIGroupList']);
  const alone = { accept: 'application/vnd.kubernetes.protobuf' };
  assert.equal((await cluster.ask('GET', '/apis/', { headers: alone })).status, 406);
});

test('a key that stands twice in an applied text is refused or warned of, as the client wants it', async () => {
  const path = `${maps}/${fresh('twice')}?fieldManager=m`;
  const text = 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: "1"\n  a: "2"\n';
  const type = 'application/apply-patch+yaml';
  const strict = await cluster.ask('PATCH', `${path}&fieldValidation=Strict`, { type, bytes: text });
  assert.equal(strict.status, 400);
  assert.match(strict.body.message, /^error strict decoding YAML: .*line 5: key "a" already set in map/s);
  const warned = await cluster.ask('PATCH', path, { type, bytes: text });
  assert.deepEqual([warned.status, warned.body.data], [201, { a: '2' }]);
  assert.ok(
    warned.fields.some(([name, value]) => name === 'Warning' && value.includes('already set in map')),
  );
});

test('a certificate that a pod asks for lasts between an hour and 91 days', async () => {
  const volume = (maxExpirationSeconds: number): object => ({
    name: 'v',
    projected: {
      sources: [
        {
          podCertificate: {
            signerName: 'example.com/s',
            keyType: 'ED25519',
            credentialBundlePath: 'bundle.pem',
            maxExpirationSeconds,
          },
        },
      ],
    },
  });
  const ask = (seconds: number) => {
    const { spec, ...rest } = pod(fresh('certified')) as { spec: object };
    return cluster.ask('POST', pods, { body: { ...rest, spec: { ...spec, volumes: [volume(seconds)] } } });
  };
  assert.match((await ask(3599)).body.message, /if provided, maxExpirationSeconds must be >= 3600/);
  assert.match((await ask(7_862_401)).body.message, /if provided, maxExpirationSeconds must be <= 7862400/);
  assert.equal((await ask(3600)).status, 201);
});

test('what is put without a revision is taken of built-in kinds, and not of custom ones', async () => {
  const [builtIn, custom] = subjects.map(async ({ collection, object }) => {
    const name = await created(collection('default'), object(fresh('put')));
    const path = `${collection('default')}/${name}`;
    return cluster.ask('PUT', path, { body: object(name, { data: { b: '2' } }) });
  });
  assert.equal((await builtIn)?.status, 200);
  const refused = (await custom)?.body;
  assert.deepEqual(
    [refused.code, refused.details.causes[0].message],
    [422, 'Invalid value: 0: must be specified for an update'],
  );
});
