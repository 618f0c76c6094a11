import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPickle, PyClass, PyDict, PyObject, type PyValue } from '../index.ts';

function read(pickle: string): PyValue {
  return openPickle(Buffer.from(pickle, 'latin1')).objects[0] as PyValue;
}

function objectOf(pickle: string): PyObject {
  const value = read(pickle);
  assert.ok(value instanceof PyObject);
  return value;
}

test('GLOBAL and STACK_GLOBAL name a class', () => {
  for (const pickle of ['\x80\x02cos.path\njoin\n.', '\x80\x04\x8c\x07os.path\x8c\x04join\x93.']) {
    const value = read(pickle);
    assert.ok(value instanceof PyClass);
    assert.equal(value.qualified, 'os.path.join');
  }
});

test('equal names are one class, listed once', () => {
  const file = openPickle(Buffer.from('(cos\nsystem\ncos\nsystem\ncos\nremove\nl.', 'latin1'));
  const [first, second] = file.objects[0] as readonly PyValue[];
  assert.equal(first, second);
  assert.deepEqual(
    file.classes.map(cls => cls.qualified),
    ['os.system', 'os.remove'],
  );
});

test('every way to make an object says what was to be called with what', () => {
  const ways: readonly (readonly [string, string])[] = [
    ['\x80\x02cos\nsystem\nU\x01x\x85R.', 'reduce'],
    ['\x80\x02cos\nsystem\nU\x01x\x85\x81.', 'newobj'],
    ['\x80\x04cos\nsystem\nU\x01x\x85}\x92.', 'newobj'],
    ['(U\x01xios\nsystem\n.', 'inst'],
    ['(cos\nsystem\nU\x01xo.', 'inst'],
    [
      '(ccopy_reg\n__newobj__\n(cos\nsystem\nU\x01xtR0ccopy_reg\n__newobj__\n(cos\nsystem\nU\x01xtRl.',
      'newobj',
    ],
  ];
  for (const [pickle, via] of ways) {
    const value = read(pickle);
    const object = Array.isArray(value) ? (value as readonly PyValue[])[0] : value;
    assert.ok(object instanceof PyObject, pickle);
    assert.equal(object.cls.qualified, 'os.system');
    assert.equal(object.via, via);
    assert.deepEqual(object.args, ['x']);
  }
});

test('NEWOBJ_EX keeps keywords', () => {
  const object = objectOf('\x80\x04cmy\nThing\n)}\x8c\x01kK\x01s\x92.');
  assert.equal(object.kwargs?.get('k'), 1n);
});

test('calling an object is symbolic too', () => {
  const object = objectOf('\x80\x02c__builtin__\ngetattr\ncmy\nThing\nU\x04make\x86RK\x01\x85R.');
  assert.equal(object.via, 'call');
  assert.equal(object.cls.qualified, '__builtin__.getattr');
  const [callee, argument] = object.args;
  assert.ok(callee instanceof PyObject);
  assert.equal(callee.args[1], 'make');
  assert.equal(argument, 1n);
});

test('BUILD keeps the state, merges dicts, finds slots', () => {
  const thing = '\x80\x02cmy\nThing\n)\x81';
  assert.equal(objectOf(`${thing}}U\x01aK\x01sb.`).attribute('a'), 1n);
  const merged = objectOf(`${thing}}U\x01aK\x01sb}(U\x01aK\x02U\x01bK\x03ub.`);
  assert.equal(merged.attribute('a'), 2n);
  assert.equal(merged.attribute('b'), 3n);
  const slots = objectOf(`${thing}}U\x01aK\x01s}U\x01sK\x02s\x86b.`);
  assert.equal(slots.attribute('a'), 1n);
  assert.equal(slots.attribute('s'), 2n);
  assert.equal(slots.attribute('z'), undefined);
  assert.equal(objectOf(`${thing}N}U\x01sK\x02s\x86b.`).attribute('s'), 2n);
  assert.equal(objectOf(`${thing}K\x05b.`).attribute('a'), undefined);
  assert.equal(objectOf(`${thing}K\x05b.`).state, 5n);
});

test('a merged state leaves the shared first one as it was', () => {
  const list = read('\x80\x02(cmy\nThing\n)\x81}q\x00U\x01aK\x01sb}U\x01aK\x02sbh\x00l.');
  assert.ok(Array.isArray(list));
  const [object, first] = list as [PyValue, PyValue];
  assert.ok(object instanceof PyObject && first instanceof PyDict);
  assert.equal(object.attribute('a'), 2n);
  assert.equal(first.get('a'), 1n);
});

test('_reconstructor with and without a built-in base', () => {
  const plain = objectOf('ccopy_reg\n_reconstructor\n(cmy\nThing\nc__builtin__\nobject\nNtR(dS"a"\nI1\nsb.');
  assert.equal(plain.cls.qualified, 'my.Thing');
  assert.equal(plain.attribute('a'), 1n);
  const list = objectOf('ccopy_reg\n_reconstructor\n(cmy\nThing\nc__builtin__\nlist\n(I1\nltR.');
  assert.deepEqual(list.listItems, [1n]);
  const dict = objectOf('ccopy_reg\n_reconstructor\n(cmy\nThing\nc__builtin__\ndict\n(dS"a"\nI1\nstR.');
  assert.equal(dict.dictItems?.get('a'), 1n);
});

test('what is no class, or has no state, is refused', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['\x80\x02K\x01)R.', /what is called is not a class or a function/],
    ['\x80\x02cos\nsystem\nK\x01R.', /the arguments of a call must be a tuple/],
    ['\x80\x02K\x01)\x81.', /what is instantiated is not a class/],
    ['\x80\x02cos\nsystem\nN\x81.', /the arguments of a constructor must be a tuple/],
    ['\x80\x04cos\nsystem\n)N\x92.', /keyword arguments must be a dict/],
    ['\x80\x04K\x01)}\x92.', /what is instantiated is not a class/],
    ['\x80\x02(K\x01o.', /what is instantiated is not a class/],
    ['\x80\x02(o.', /what is instantiated is not a class/],
    ['\x80\x02]}b.', /a state is given to what has none/],
    ['\x80\x04K\x01K\x02\x93.', /named by two strings/],
    [`\x80\x02c${'a'.repeat(3000)}\nb\n.`, /the name of a class has 3000 characters/],
  ];
  for (const [pickle, message] of wrong)
    assert.throws(() => read(pickle), { code: 'pickle-malformed', message });
});

test('what lies outside the file is refused with its place', () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['(dp0\nPid-7\n.', 'pickle-persistent-id', /at byte 5 \(PERSID\)/],
    ['\x80\x02K\x01Q.', 'pickle-persistent-id', /at byte 4 \(BINPERSID\)/],
    ['\x80\x02\x82\x07.', 'pickle-extension', /at byte 2 \(EXT1\)/],
    ['\x80\x02\x83\x07\x01.', 'pickle-extension', /at byte 2 \(EXT2\)/],
    ['\x80\x02\x84\x07\x01\x00\x00.', 'pickle-extension', /at byte 2 \(EXT4\)/],
    ['\x80\x05\x97.', 'pickle-out-of-band', /at byte 2 \(NEXT_BUFFER\)/],
    ['\x80\x05N\x98.', 'pickle-out-of-band', /at byte 3 \(READONLY_BUFFER\)/],
  ];
  for (const [pickle, code, message] of refused) assert.throws(() => read(pickle), { code, message });
});
