import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LazyDefinitions } from './definitions.ts';

const text = JSON.stringify({
  packages: {
    'com.a.v1': { One: { properties: { x: { $: 1 }, y: { $: 1 } } } },
    'com.a.v2': { Two: { $: 0 } },
  },
  shared: [{ type: 'string' }, { type: 'object', properties: { inner: { $: 0 } } }],
});
const packages = { 'com.a.v1': text, 'com.a.v2': text, 'com.b.v1': 'not JSON' };

test('definitions are found by package and kind; what they share is one object', () => {
  const definitions = new LazyDefinitions(packages);
  const one = definitions.get('com.a.v1.One');
  assert.deepEqual(one?.properties?.['x'], { type: 'object', properties: { inner: { type: 'string' } } });
  assert.equal(one?.properties?.['x'], one?.properties?.['y']);
  assert.deepEqual(definitions.get('com.a.v2.Two'), { type: 'string' });
  assert.equal(definitions.get('com.a.v1.Two'), undefined);
  assert.equal(definitions.get('Two'), undefined);
  assert.equal(definitions.get('toString.call'), undefined);
  assert.equal(definitions.has('com.a.v2.Two'), true);
});

test('a text is parsed when something in it is asked for, and then once', () => {
  let parsed = 0;
  const counting = {
    get 'com.a.v1'() {
      parsed += 1;
      return text;
    },
  };
  const definitions = new LazyDefinitions(counting);
  assert.equal(parsed, 0);
  assert.equal(definitions.get('com.a.v1.One'), definitions.get('com.a.v1.One'));
  assert.equal(parsed, 1);
  assert.throws(() => new LazyDefinitions(packages).get('com.b.v1.X'), SyntaxError);
});

test('all definitions can be gone through', () => {
  const definitions = new LazyDefinitions({ 'com.a.v1': text, 'com.a.v2': text });
  assert.deepEqual([...definitions.keys()], ['com.a.v1.One', 'com.a.v2.Two']);
  assert.equal(definitions.size, 2);
  assert.deepEqual(
    [...definitions].map(([name]) => name),
    [...definitions.keys()],
  );
});
