import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPickle, PyDict, PyObject, PySet, PyTuple, type PyValue } from '../index.ts';

function read(pickle: string): PyValue {
  return openPickle(Buffer.from(pickle, 'latin1')).objects[0] as PyValue;
}

function dictOf(value: PyValue): PyDict {
  assert.ok(value instanceof PyDict);
  return value;
}

function itemsOf(value: PyValue): readonly PyValue[] {
  assert.ok(value instanceof PyTuple);
  return value.items;
}

test('lists: EMPTY_LIST, LIST, APPEND, APPENDS', () => {
  assert.deepEqual(read('\x80\x02].'), []);
  assert.deepEqual(read('(K\x01K\x02l.'), [1n, 2n]);
  assert.deepEqual(read('\x80\x02]K\x01a(K\x02K\x03e(e.'), [1n, 2n, 3n]);
  assert.deepEqual(
    read(`\x80\x02](${'K\x07'.repeat(100)}e.`),
    Array.from({ length: 100 }, () => 7n),
  );
});

test('tuples of every size', () => {
  assert.deepEqual(itemsOf(read('\x80\x02).')), []);
  assert.deepEqual(itemsOf(read('\x80\x02K\x01\x85.')), [1n]);
  assert.deepEqual(itemsOf(read('\x80\x02K\x01K\x02\x86.')), [1n, 2n]);
  assert.deepEqual(itemsOf(read('\x80\x02K\x01K\x02K\x03\x87.')), [1n, 2n, 3n]);
  assert.deepEqual(itemsOf(read('\x80\x02(K\x01K\x02K\x03K\x04t.')), [1n, 2n, 3n, 4n]);
});

test('dicts: EMPTY_DICT, DICT, SETITEM, SETITEMS', () => {
  assert.equal(dictOf(read('\x80\x02}.')).size, 0);
  assert.deepEqual(dictOf(read('(U\x01aK\x01d.')).entries(), [['a', 1n]]);
  const dict = dictOf(read('\x80\x02}U\x01aK\x01s(U\x01bK\x02U\x01cK\x03u.'));
  assert.deepEqual(dict.keys(), ['a', 'b', 'c']);
  assert.deepEqual(dict.values(), [1n, 2n, 3n]);
  assert.equal(dict.get('b'), 2n);
  assert.equal(dict.get('z'), undefined);
  assert.equal(dict.has('c'), true);
});

test('equal keys of a dict are one, across types as in Python', () => {
  const dict = dictOf(
    read('\x80\x02}(U\x01aK\x01K\x01K\x02\x88K\x03G\x3f\xf0\0\0\0\0\0\0K\x04U\x01aK\x05NK\x06NK\x07u.'),
  );
  assert.deepEqual(dict.entries(), [
    ['a', 5n],
    [1n, 4n],
    [null, 7n],
  ]);
});

test('a dict that was looked at takes further entries', () => {
  const dict = new PyDict();
  dict.add(['a', 1n]);
  assert.equal(dict.get('a'), 1n);
  dict.add(['b', 2n, 'a', 3n]);
  assert.deepEqual(dict.entries(), [
    ['a', 3n],
    ['b', 2n],
  ]);
  dict.add([0.5, 1n, 2n ** 80n, 2n, -0, 3n, false, 4n, 'n0', 5n]);
  assert.equal(dict.size, 6);
});

test('sets: EMPTY_SET, ADDITEMS, FROZENSET', () => {
  const set = read('\x80\x04\x8f(K\x01K\x02\x90.');
  assert.ok(set instanceof PySet && !set.frozen);
  assert.deepEqual(set.items, [1n, 2n]);
  const frozen = read('\x80\x04(K\x01\x91.');
  assert.ok(frozen instanceof PySet && frozen.frozen);
});

test('subclasses of list and dict keep their items', () => {
  const object = read('\x80\x02cmy\nThing\n)\x81(K\x01K\x02e}U\x01kK\x01sb.');
  assert.ok(object instanceof PyObject);
  assert.deepEqual(object.listItems, [1n, 2n]);
  assert.equal(object.attribute('k'), 1n);
  const mapping = read('\x80\x02cmy\nThing\n)\x81U\x01kK\x01s.');
  assert.ok(mapping instanceof PyObject);
  assert.equal(mapping.dictItems?.get('k'), 1n);
});

test('values keep their identity', () => {
  const pair = read('\x80\x02]q\x00K\x01ah\x00\x86.');
  const [first, second] = itemsOf(pair);
  assert.equal(first, second);
});

test('a container that holds itself', () => {
  const list = read('\x80\x02]q\x00h\x00a.');
  assert.ok(Array.isArray(list));
  assert.equal(list[0], list);
});

test('items for what takes none are refused', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['\x80\x02NK\x01a.', /appended to what is not a list, at byte 5 \(APPEND\)/],
    ['\x80\x02N(K\x01e.', /appended to what is not a list/],
    ['\x80\x02NK\x01K\x01s.', /set in what is not a dict/],
    ['\x80\x02}(K\x01u.', /a key without a value/],
    ['\x80\x02](K\x01\x90.', /what is not a set/],
    ['\x80\x02(\x91(K\x01\x90.', /what is not a set/],
    ['\x80\x02(K\x01d.', /a key without a value/],
  ];
  for (const [pickle, message] of wrong)
    assert.throws(() => read(pickle), { code: 'pickle-malformed', message });
});
